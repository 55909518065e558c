"""Opens a file that a stranger made, in a process with nothing to lose: no environment, no portal, little memory.

    python -I -B casework/untrusted picture|pdf|workbook < FILE

Exit 0: the file may stay, standard output is what to keep of it. Exit 10: refused, standard output is the code.
Anything else: it broke the reader. casework.uploads starts this and turns the codes into sentences.
"""

import importlib
import resource
import sys

MEMORY = 1_500_000_000  # bytes of address space: a picture of 60 million pixels fits
SECONDS = 20  # of computing
REFUSED = 10

resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # writes no file
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

reader = importlib.import_module({"picture": "picture", "pdf": "pdf", "workbook": "workbook"}[sys.argv[1]])
code, kept = reader.read(sys.stdin.buffer)
sys.stdout.buffer.write(kept if code == "ok" else code.encode())
sys.exit(0 if code == "ok" else REFUSED)
