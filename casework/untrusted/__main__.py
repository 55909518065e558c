"""Opens a file that a stranger made, in a process with nothing to lose: no environment, no portal, little memory.

    python -I -B casework/untrusted picture|qr|pdf|workbook|sheet|paper < FILE

Exit 0: the file may stay, standard output is what to keep of it. Exit 10: refused, standard output ends in the code.
Anything else: it broke the reader. casework.uploads starts this and turns the codes into sentences.
"""

import importlib
import resource
import sys

LIMITS = {  # bytes of address space, seconds of computing, open files
    "picture": (1_500_000_000, 20, 64),  # a picture of 60 million pixels fits
    "qr": (1_500_000_000, 20, 64),
    "pdf": (1_500_000_000, 20, 64),
    "workbook": (1_500_000_000, 20, 64),
    "paper": (2_000_000_000, 60, 64),  # 500 cards need a quarter of it; not a stranger's file but ours, see paper.py
    "sheet": (400_000_000, 600, 3),  # a million rows; nothing more can be opened, so no connection either
}
REFUSED = 10

memory, seconds, files = LIMITS[sys.argv[1]]
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # writes no file
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

reader = importlib.import_module(sys.argv[1])  # one of LIMITS, or the line above had ended us
resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
code, kept = reader.read(sys.stdin.buffer)
sys.stdout.buffer.write(kept if code == "ok" else code.encode())
sys.exit(0 if code == "ok" else REFUSED)
