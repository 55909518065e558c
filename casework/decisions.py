"""How the portal says no: with every reason, each with a code and what to do next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason against. `text` is an Indonesian sentence, `remedy` says what would change it."""

    code: str
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.remedy}".rstrip()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of a rule. True when nothing stands against."""

    reasons: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return not self.reasons

    def __and__(self, other: Decision) -> Decision:
        """Both must hold. The reasons of both are told."""
        return Decision(self.reasons + other.reasons)

    @property
    def codes(self) -> list[str]:
        return [reason.code for reason in self.reasons]

    @classmethod
    def unless(cls, *checks: tuple[bool, str, str] | tuple[bool, str, str, str]) -> Decision:
        """One check is (stands against, code, text) or (stands against, code, text, remedy)."""
        return cls(tuple(Reason(*reason) for against, *reason in checks if against))

    def require(self) -> None:
        """Raises Refused with every reason, or does nothing."""
        if self.reasons:
            raise Refused(*self.reasons)


class Refused(Exception):
    """A deed was refused. Carries the reasons; changes nothing."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(*[reason.code for reason in reasons])
        self.reasons = reasons

    @property
    def messages(self) -> list[str]:
        return [str(reason) for reason in self.reasons]

    @property
    def codes(self) -> list[str]:
        return [reason.code for reason in self.reasons]
