"""The JSON API as types: what may be sent, what is answered, and how it says no."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from datetime import timezone as tzinfo
from typing import Annotated, Any

from django.utils import timezone
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from casework.decisions import Reason
from enrollment import rules
from enrollment.enums import Accident, Payer, Purpose, Verdict
from enrollment.models import CoverageCheck

TREAT_ANYWAY = "Layanan gawat darurat tetap diberikan."
NO_GUARANTEE = "Jawaban ini bukan jaminan pembayaran."
WITA = tzinfo(timedelta(hours=8))  # whatever the year; the city's own zone begins in 1932
PRINTABLE = r"^[^\u0000-\u001f\u007f]*$"


def _only_text(value: Any) -> Any:
    """A moment is written out with its offset: a bare number of seconds would be taken for one too."""
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError("a moment is written as 2026-11-22T13:40:00+08:00")
    return value


def _in_wita(moment: datetime) -> datetime:
    """RFC 3339 knows offsets of up to 23:59, PostgreSQL none from 16 hours on."""
    try:
        return moment.astimezone(WITA)
    except OverflowError as beyond:
        raise ValueError("a moment that the calendar does not have") from beyond


class Asked(BaseModel):
    """One question about one person: `number`, or `name` with `birth_on`; all three must fit where they are sent."""

    model_config = ConfigDict(extra="forbid", title="CoverageQuestion")

    number: str = Field("", max_length=40, pattern=PRINTABLE, description="NIK (16 digits) or participant number.")
    name: str = Field("", max_length=120, pattern=PRINTABLE, description="Full name, with `birth_on`.")
    birth_on: date | None = Field(None, description="Full birth date, with `name`.", strict=True)
    event_at: Annotated[AwareDatetime, BeforeValidator(_only_text), AfterValidator(_in_wita)] = Field(
        description="When the accident happened, with its offset; not in the future."
    )
    accident: Accident = Field(Accident.WORK, description="`lakaLantas` of VClaim: 3 work, 2 work and traffic, 1, 0.")
    purpose: Purpose = Field(description="Why the hospital asks. The token names those it is good for.")


class Program(BaseModel):
    code: str
    name: str


class Person(BaseModel):
    name: str
    nik: str = Field(description="Masked.")
    birth_on: date
    age_at_event: int
    age_today: int


class Cover(BaseModel):
    """The membership on which the answer rests."""

    participant_number: str
    payer: str
    programs: list[Program]
    starts_on: date
    last_day: date | None
    last_paid_month: date | None = Field(description="Its first day.")


class Answered(BaseModel):
    """The same answer as on the page, kept under its number and readable there."""

    model_config = ConfigDict(title="CoverageAnswer")

    number: str = Field(description="Number of the answer; write it into the patient's file.")
    verdict: Verdict = Field(description="`unknown` is doubt, never a no.")
    code: str = Field(description="Coded reason.")
    reason: str
    next_steps: list[str]
    payers: list[str] = Field(description="Who pays, in this order.")
    asked_at: datetime
    event_at: datetime
    known_at: datetime | None = Field(description="When BPJS Ketenagakerjaan last told the portal anything.")
    accident: Accident
    purpose: Purpose
    entered_after_event: bool = Field(description="The cover was recorded after the accident; it will be reviewed.")
    in_force: list[Program] = Field(description="Programs in force at the time of the accident.")
    person: Person | None = Field(description="Null unless exactly one person is meant.")
    cover: Cover | None
    digest: str = Field(description="SHA-256 of question, answer and facts.")
    verify_url: str = Field(description="Where whoever holds the answer can check its number and content.")
    treat_anyway: str = TREAT_ANYWAY
    no_guarantee: str = NO_GUARANTEE


class Objection(BaseModel):
    code: str
    reason: str
    next: str = Field("", description="What would change it.")
    field: str = ""


class Problem(BaseModel):
    """Why there is no answer (RFC 9457). Texts are Indonesian, for the person at the desk."""

    type: str = "about:blank"
    title: str
    status: int
    code: str = Field(description="Of the first reason.")
    detail: str
    reasons: list[Objection]
    verdict: Verdict | None = Field(None, description="`unknown` while the portal is ill: doubt, never a no.")
    retry_at: datetime | None = None
    treat_anyway: str = TREAT_ANYWAY


def answered(check: CoverageCheck, *, verify_url: str) -> Answered:
    facts = check.facts
    return Answered(
        number=check.number,
        verdict=Verdict(check.verdict),
        code=check.reason_code,
        reason=check.reason,
        next_steps=facts["next_steps"],
        payers=facts["payers"],
        asked_at=timezone.localtime(check.asked_at),
        event_at=check.event_at.astimezone(WITA),
        known_at=facts["known_at"],
        accident=Accident(check.accident),
        purpose=Purpose(check.purpose),
        entered_after_event=facts["entered_after_event"],
        in_force=_programs(facts["programs"]),
        person=Person.model_validate(facts) if "name" in facts else None,
        cover=_cover(facts) if "start" in facts else None,
        digest=check.digest,
        verify_url=verify_url,
    )


def problem(status: int, title: str, reasons: list[Objection], **more: Any) -> Problem:
    told = [f"{reason.reason} {reason.next}".rstrip() for reason in reasons]
    return Problem(title=title, status=status, code=reasons[0].code, detail=" ".join(told), reasons=reasons, **more)


def objections(reasons: Iterable[Reason]) -> list[Objection]:
    return [Objection(code=reason.code, reason=reason.text, next=reason.remedy) for reason in reasons]


def misfits(error: ValidationError) -> list[Objection]:
    """What was sent in a wrong form, by field; never what was sent."""
    places = [_place(fault["loc"]) for fault in error.errors(include_url=False, include_context=False)]
    return [
        Objection(
            code="invalid",
            reason=f"Isian {place} tidak sesuai bentuknya." if place else "Isi permintaan bukan JSON yang benar.",
            next="Cocokkan dengan /api/v1/openapi.json.",
            field=place,
        )
        for place in dict.fromkeys(places)
    ]


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part)[:40] for part in loc)


def _cover(facts: dict[str, Any]) -> Cover:
    return Cover(
        participant_number=facts["participant_number"],
        payer=Payer(facts["payer"]).label,
        programs=_programs(rules.PROGRAMS[facts["package"]]),
        starts_on=facts["start"],
        last_day=date.fromisoformat(facts["end"]) - timedelta(days=1) if facts["end"] else None,
        last_paid_month=facts["last_paid_month"],
    )


def _programs(codes: Iterable[str]) -> list[Program]:
    return [Program(code=code, name=rules.program_name(code)) for code in codes]
