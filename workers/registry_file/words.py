"""Words of a file to the codes of places and kinds of work. Each different word is looked up once, not once a row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

MOST_HINTS = 500  # a column of nonsense must not be compared with every name, word by word


@dataclass(frozen=True, slots=True)
class Place:
    """A kelurahan. `code` is the official dotted one; spellings are other ways to write the two names."""

    code: str
    name: str
    kecamatan: str
    spellings: tuple[str, ...] = ()
    kecamatan_spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work with its everyday names."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What words stand for; None where that is not known. Each finding is (column, code, details)."""

    code: str | None
    findings: list[tuple[str, str, list[str]]] = field(default_factory=list)


class Vocabulary:
    """The places and kinds of work that a file may name."""

    def __init__(self, places: Iterable[Place], kinds: Iterable[Kind], *, posting: str) -> None:
        self.posting = posting  # the region code the file was uploaded for
        self.by_code: dict[str, Place] = {}
        self.by_name: dict[str, list[Place]] = defaultdict(list)
        self.kecamatan_of: dict[str, frozenset[str]] = {}
        self.names_of: dict[str, frozenset[str]] = {}
        for place in places:
            self.by_code[place.code.replace(".", "")] = place
            self.names_of[place.code] = frozenset(map(fold, (place.name, *place.spellings)))
            self.kecamatan_of[place.code] = frozenset(map(fold, (place.kecamatan, *place.kecamatan_spellings)))
            for name in self.names_of[place.code]:
                self.by_name[name].append(place)
        kinds = list(kinds)
        self.kind_names = {fold(kind.name): kind for kind in kinds}
        self.kind_aliases: dict[str, list[Kind]] = defaultdict(list)
        for kind in kinds:
            for alias in {fold(alias) for alias in kind.aliases} - {fold(kind.name)}:
                self.kind_aliases[alias].append(kind)
        self.hints_left = MOST_HINTS

    def place(self, code: str, kelurahan: str, kecamatan: str) -> Meaning:
        """The code decides; names beside it must be those of the code, for one of the two is wrong (AC-I17)."""
        if code:
            return self._by_code(code, kelurahan, kecamatan)
        if not kelurahan:
            return Meaning(None, [("kode_kelurahan", "place_missing", [])])
        named = self.by_name.get(fold(kelurahan), [])
        if not named:
            return Meaning(None, [("kelurahan", "place_unknown", self._place_hint(kelurahan))])
        fitting = [place for place in named if not kecamatan or fold(kecamatan) in self.kecamatan_of[place.code]]
        where = " dan ".join(place.kecamatan for place in fitting or named)
        if not fitting:
            return Meaning(None, [("kecamatan", "place_mismatch", [named[0].name, where, "name"])])
        if len(fitting) > 1:
            return Meaning(None, [("kelurahan", "place_ambiguous", [where])])
        return self._there(fitting[0], "kelurahan", kelurahan, kecamatan)

    def occupation(self, word: str) -> Meaning:
        if not word:
            return Meaning(None, [("pekerjaan", "required", ["pekerjaan"])])
        known = self.kind_names.get(fold(word))
        if known:
            return Meaning(known.code)
        kinds = self.kind_aliases.get(fold(word)) or self._listed(word)
        if len(kinds) == 1:
            return Meaning(kinds[0].code, [("pekerjaan", "occupation_word", [kinds[0].name])])
        if kinds:
            names = " atau ".join(kind.name for kind in kinds)
            return Meaning(None, [("pekerjaan", "occupation_ambiguous", [names])])
        near = self._nearest(word, self.kind_names, cutoff=0.7)
        return Meaning(None, [("pekerjaan", "occupation_unknown", [self.kind_names[name].name for name in near])])

    def _listed(self, word: str) -> list[Kind]:
        """The kinds of work in a list such as "juru parkir; jukir", none where one of its words is unknown (AC-I14)."""
        parts = [part for part in map(fold, re.split("[,;]", word)) if part]
        found = [
            [self.kind_names[part]] if part in self.kind_names else self.kind_aliases.get(part, []) for part in parts
        ]
        return list({kind.code: kind for kinds in found for kind in kinds}.values()) if all(found) else []

    def _by_code(self, code: str, kelurahan: str, kecamatan: str) -> Meaning:
        place = self.by_code.get(code.replace(".", "").lstrip("'"))
        if place is None:
            return Meaning(None, [("kode_kelurahan", "place_unknown", [])])
        beside = (("kelurahan", kelurahan, self.names_of), ("kecamatan", kecamatan, self.kecamatan_of))
        wrong = [
            (column, "place_mismatch", [place.name, place.kecamatan])
            for column, name, names in beside
            if name and fold(name) not in names[place.code]
        ]
        return Meaning(None, wrong) if wrong else self._there(place, "kode_kelurahan", kelurahan, kecamatan)

    def _there(self, place: Place, column: str, kelurahan: str, kecamatan: str) -> Meaning:
        if not place.code.startswith(self.posting):
            return Meaning(None, [(column, "out_of_scope", [place.name, place.kecamatan])])
        spelt = [
            (told, "place_spelling", [right])
            for told, name, right in (("kelurahan", kelurahan, place.name), ("kecamatan", kecamatan, place.kecamatan))
            if name and fold(name) != fold(right)
        ]
        return Meaning(place.code, spelt)

    def _place_hint(self, word: str) -> list[str]:
        return [self.by_name[name][0].name for name in self._nearest(word, self.by_name, cutoff=0.8)]

    def _nearest(self, word: str, names: Iterable[str], *, cutoff: float) -> list[str]:
        if not self.hints_left:
            return []
        self.hints_left -= 1
        return get_close_matches(fold(word), names, n=1, cutoff=cutoff)


def fold(text: str) -> str:
    """Letters and digits alone, without case: "Bara-Baraya" and "BARA BARAYA" are one name."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())
