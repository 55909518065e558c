"""Six questions that tell what kind of case it is, as far as anybody knows yet (rules A1, A3, A14). No database."""

from __future__ import annotations

from dataclasses import dataclass, fields

from claims.enums import CaseKind
from enrollment.enums import Accident

WAYS_TO_WORK = ("at_work", "on_ordered_task", "on_usual_way")  # one yes suffices; rule A1
LAKA_LANTAS = {
    CaseKind.WORK: Accident.WORK,
    CaseKind.WORK_IN_TRAFFIC: Accident.TRAFFIC_AT_WORK,
    CaseKind.TRAFFIC: Accident.TRAFFIC,
    CaseKind.OTHER: Accident.OTHER,
}


@dataclass(frozen=True, slots=True)
class Triage:
    """The answers; None is not known yet."""

    at_work: bool | None = None
    on_ordered_task: bool | None = None
    on_usual_way: bool | None = None
    in_traffic: bool | None = None
    is_single_vehicle: bool | None = None  # asked only of traffic
    is_disease: bool | None = None

    @property
    def kind(self) -> CaseKind:
        """UNCLEAR stands until the answers decide. Whatever it says, a suspected case is treated (rule A3)."""
        by_work = self._by_work
        if self.is_disease:
            return {True: CaseKind.DISEASE, False: CaseKind.OTHER, None: CaseKind.UNCLEAR}[by_work]
        if by_work is None or self.in_traffic is None:
            return CaseKind.UNCLEAR
        if by_work:
            return CaseKind.WORK_IN_TRAFFIC if self.in_traffic else CaseKind.WORK
        return CaseKind.TRAFFIC if self.in_traffic else CaseKind.OTHER

    @property
    def open_questions(self) -> tuple[str, ...]:
        """The fields whose answer would still change the kind; none once it is clear."""
        if self.kind != CaseKind.UNCLEAR:
            return ()
        names = () if self._by_work else WAYS_TO_WORK
        if not self.is_disease:
            names += ("in_traffic",)
        return tuple(name for name in names if getattr(self, name) is None)

    @property
    def accident(self) -> Accident | None:
        """The value of `lakaLantas` that hospital clerks know; None for a disease and while it is unclear."""
        return LAKA_LANTAS.get(self.kind)

    @property
    def needs_police_report(self) -> bool:
        return bool(self.in_traffic)

    @property
    def _by_work(self) -> bool | None:
        answers = [getattr(self, name) for name in WAYS_TO_WORK]
        return True if any(answers) else None if None in answers else False


QUESTIONS = tuple(field.name for field in fields(Triage))
