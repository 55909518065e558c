"""A month of so many members and its bill, with differences planted: what is found must be what was planted."""

from dataclasses import dataclass
from random import Random

from enrollment.enums import Mismatch

SMALL, LARGE = 16_800, 36_800  # rule P8
PLANTED = {  # 37 differences of 7 kinds
    Mismatch.MISSING_HERE: 6,
    Mismatch.ENDED: 5,
    Mismatch.REJECTED: 4,
    Mismatch.TWICE: 5,
    Mismatch.OTHER_PACKAGE: 6,
    Mismatch.OTHER_AMOUNT: 4,
    Mismatch.MISSING_THERE: 7,
}
PROGRAMS = {SMALL: "JKK+JKM", LARGE: "JKK+JKM+JHT"}


@dataclass(frozen=True)
class Month:
    """`members`: (NIK, price) of the city's list. `bill`: (NIK, programs, amount), in the order of the file.

    `planted`: sorted (kind, NIK, listed, billed).
    """

    members: list[tuple[str, int]]
    ended: list[str]
    rejected: list[str]
    bill: list[tuple[str, str, int]]
    planted: list[tuple[str, str, int, int]]


def month_of(seed: int, *, lines: int) -> Month:
    """A month whose bill has so many lines."""
    random = Random(seed)  # noqa: S311, nothing secret
    members = lines - sum(PLANTED[kind] for kind in PLANTED if kind in _BESIDE) + PLANTED[Mismatch.MISSING_THERE]
    strangers = sum(PLANTED[kind] for kind in _STRANGERS)
    niks = [f"737109{random.randrange(10**6):06d}{number:04d}" for number in range(members + strangers)]
    listed = [(nik, random.choice([SMALL, LARGE])) for nik in niks[:members]]
    strange = iter(niks[members:])
    touched = iter(random.sample(listed, k=sum(PLANTED[kind] for kind in PLANTED if kind not in _STRANGERS)))
    bill = {nik: [(nik, PROGRAMS[price], price)] for nik, price in listed}
    planted, groups = [], {kind: [] for kind in _STRANGERS}
    for kind, count in PLANTED.items():
        for _ in range(count):
            if kind in _STRANGERS:
                nik, amount = next(strange), random.choice([SMALL, LARGE])
                groups[kind].append(nik)
                bill[nik] = [(nik, PROGRAMS[amount], amount)]
                planted.append((kind, nik, 0, amount))
                continue
            nik, price = next(touched)
            match kind:
                case Mismatch.TWICE:
                    bill[nik] *= 2
                    planted.append((kind, nik, 0, price))
                case Mismatch.OTHER_PACKAGE:
                    other = SMALL if price == LARGE else LARGE
                    bill[nik] = [(nik, random.choice([PROGRAMS[other], ""]), other)]
                    planted.append((kind, nik, price, other))
                case Mismatch.OTHER_AMOUNT:
                    amount = price + random.choice([-5_000, 1, 700])
                    bill[nik] = [(nik, PROGRAMS[price], amount)]
                    planted.append((kind, nik, price, amount))
                case Mismatch.MISSING_THERE:
                    del bill[nik]
                    planted.append((kind, nik, price, 0))
    rows = [line for told in bill.values() for line in told]
    random.shuffle(rows)
    return Month(listed, groups[Mismatch.ENDED], groups[Mismatch.REJECTED], rows, sorted(planted))


_STRANGERS = (Mismatch.MISSING_HERE, Mismatch.ENDED, Mismatch.REJECTED)
_BESIDE = (*_STRANGERS, Mismatch.TWICE)  # lines of the bill beside one for each member
