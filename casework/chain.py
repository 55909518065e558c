"""The chain of the trail: what is hashed, and whether it still holds.

Runs alone, with Python and nothing else, so that an auditor can check a file of `manage.py export_trail`:

    python3 chain.py trail.jsonl [PUBLISHED_HEAD]

Each line of the file is one entry. Its digest covers what never changes, and the digests of four fields that may be
erased one day (salted, so that an erased value cannot be guessed back). Its hash covers the hash before, its own
number and its digest: whoever changes, swaps or removes one entry must redo all after it, and then the last hash is
no longer the one that was mailed and printed.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

GENESIS = "0" * 64
FIXED = [
    "at",
    "event",
    "kind",
    "subject_type",
    "subject_id",
    "persons",
    "actor_id",
    "actor_role",
    "actor_place",
]  # told as they are, for as long as the trail is kept
ERASABLE = ["actor_name", "address", "note", "facts"]
ERASURE = "trail.anonymise"  # the event whose facts name, by digest, the entries that were emptied
SHORTEST_HEAD = 16  # characters of a published hash that are enough to find it


def canonical(value: Any) -> str:
    """The one JSON text of a value: keys sorted, no spaces, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(*parts: Any) -> str:
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def field_digest(entry: dict[str, Any], field: str) -> str:
    """The salted digest of an erasable field; of an erased or withheld one the digest kept in its place."""
    return entry["digests"].get(field) or sha256(entry["salts"][field], field, entry[field])


def entry_digest(entry: dict[str, Any]) -> str:
    return sha256([entry[field] for field in FIXED], [field_digest(entry, field) for field in ERASABLE])


def link_hash(before: str, number: int, digest: str) -> str:
    """The same as the trigger casework_trail_link computes."""
    return hashlib.sha256(f"{before} {number} {digest}".encode()).hexdigest()


class Check:
    """What a check has come to: exhaust `faults`, then read the rest."""

    def __init__(self) -> None:
        self.number = 0  # of the last entry
        self.head = GENESIS

    def faults(self, entries: Iterable[dict[str, Any]], *, published: str = "") -> Iterator[str]:
        """One Indonesian sentence for each fault, naming its row. Entries come in the order of their numbers."""
        emptied, declared, seen = {}, set(), False
        for entry in entries:
            number = entry["number"]
            if number != self.number + 1:
                yield f"Baris {span(self.number + 1, number - 1)} hilang."
            elif link_hash(self.head, number, entry["digest"]) != entry["hash"]:
                yield f"Baris {number}: mata rantainya tidak cocok; catatannya ditukar atau diganti."
            if entry_digest(entry) != entry["digest"]:
                yield f"Baris {number}: isinya telah diubah."
            if any(entry[field] for field in entry["digests"]):
                yield f"Baris {number}: isian yang sudah dihapus terisi lagi."
            if entry["digests"] and not entry["withheld"]:
                emptied[entry["digest"]] = number
            if entry["event"] == ERASURE and not entry["withheld"]:
                declared.update(entry["facts"]["entries"])
            seen |= bool(published) and entry["hash"].startswith(published)
            self.number, self.head = number, entry["hash"]
        for digest in emptied.keys() - declared:
            yield f"Baris {emptied[digest]}: isinya dikosongkan tanpa catatan penghapusan."
        if published and not seen:
            yield f"Kepala yang diumumkan, {published[:SHORTEST_HEAD]}…, tidak ada: rantai telah disusun ulang."


def span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} sampai {last}"


def main(path: str, published: str = "") -> int:
    if published and len(published) < SHORTEST_HEAD:
        sys.exit(f"Tulis sedikitnya {SHORTEST_HEAD} huruf dari kepala yang diumumkan.")
    check = Check()
    with open(path, encoding="utf-8") as lines:
        promised = json.loads(next(lines))
        faults = list(check.faults(map(json.loads, lines), published=published))
    if (check.number, check.head) != (promised["number"], promised["head"]):
        faults.append(f"Berkas menjanjikan {promised['number']} catatan, isinya {check.number}: ekornya terpotong.")
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    sys.stdout.write(f"{check.number} catatan, {len(faults)} kesalahan. Kepala: {check.head}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("Pakai: python3 chain.py trail.jsonl [KEPALA]")
    sys.exit(main(*sys.argv[1:]))
