"""The same question and answer as FHIR R4 resources, read and written by fhir.resources (its R4B: of these resources
R4B changed nothing that is used here).

What FHIR has no place for stands in extensions under EXTENSION: what happened and why it is asked; the verdict as the
portal says it, its coded reason, the order of payers and what to do next.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NoReturn

from django.utils import timezone
from fhir.resources.R4B.coverageeligibilityrequest import CoverageEligibilityRequest
from fhir.resources.R4B.coverageeligibilityresponse import CoverageEligibilityResponse
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.patient import Patient

from casework.decisions import Reason, Refused
from enrollment.api.shapes import Answered, Asked, Problem
from enrollment.enums import Accident, Verdict

NIK_SYSTEM = "https://fhir.kemkes.go.id/id/nik"  # as in SATUSEHAT
NUMBER_SYSTEM = "urn:jagai:participant-number"
ANSWER_SYSTEM = "urn:jagai:answer"
EXTENSION = "urn:jagai:"


@dataclass(frozen=True, slots=True)
class Look:
    """How one of the three answers is said in FHIR. `inforce` is left out where nobody knows: false would be a no."""

    outcome: str
    word: str
    inforce: bool | None


LOOKS = {
    Verdict.ACTIVE: Look("complete", "AKTIF", True),
    Verdict.INACTIVE: Look("complete", "TIDAK AKTIF", False),
    Verdict.UNKNOWN: Look("partial", "BELUM PASTI", None),
}
ISSUES = {  # by status; the rest is about what was sent
    401: "login",
    403: "forbidden",
    405: "not-supported",
    413: "too-long",
    415: "not-supported",
    429: "throttled",
    500: "exception",
    503: "transient",
}


def read_request(body: bytes) -> tuple[CoverageEligibilityRequest, Asked]:
    """The request and the question in it. Raises ValidationError for what is no such resource, Refused for one whose
    question cannot be read."""
    request = CoverageEligibilityRequest.model_validate_json(body)
    if "validation" not in request.purpose:
        _refuse("purpose_not_validation", "Permintaan ini tidak menanyakan kepesertaan.", "Isi purpose: validation.")
    if _holds_null(json.loads(body)):  # which FHIR forbids, and fhir.resources lets through
        _refuse("null", "Ada isian yang null.", "Hapus isian yang tidak punya nilai.")
    if request.status != "active":
        _refuse("status_not_active", "Permintaan ini bukan yang berlaku.", "Isi status: active.")
    patient = _patient_in(request)
    asked = Asked.model_validate(
        {
            "number": _identifier(request, patient),
            "name": _name(patient) if patient else "",
            "birth_on": patient.birthDate if patient else None,
            "event_at": _event_at(request).isoformat(),
            "accident": _extension(request, "laka-lantas") or Accident.WORK,
            "purpose": _extension(request, "purpose"),
        }
    )
    return request, asked


def response_to(request: CoverageEligibilityRequest, answer: Answered) -> str:
    """The answer as CoverageEligibilityResponse, JSON. What it holds beyond the page's answer came with the request."""
    look = LOOKS[answer.verdict]
    insurance: dict[str, Any] = {"coverage": {"display": "Jaminan Kecelakaan Kerja, BPJS Ketenagakerjaan"}}
    if look.inforce is not None:
        insurance["inforce"] = look.inforce
    if answer.cover is not None:
        insurance["coverage"]["identifier"] = {"system": NUMBER_SYSTEM, "value": answer.cover.participant_number}
        insurance["benefitPeriod"] = {"start": answer.cover.starts_on, "end": answer.cover.last_day}
    resource: dict[str, Any] = {
        "status": "active",
        "purpose": ["validation"],
        "identifier": [{"system": ANSWER_SYSTEM, "value": answer.number}],
        "patient": _patient_of(answer),
        "servicedDate": answer.event_at.date(),
        "created": answer.asked_at,
        "request": {"identifier": _own_identifier(request), "display": "CoverageEligibilityRequest"},
        "outcome": look.outcome,
        "disposition": f"{look.word}. {answer.reason} {answer.treat_anyway} {answer.no_guarantee}",
        "insurer": {"display": "BPJS Ketenagakerjaan"},
        "insurance": [insurance],
        "extension": [
            {"url": f"{EXTENSION}verdict", "valueCode": answer.verdict.value},
            {"url": f"{EXTENSION}reason", "valueCode": answer.code.replace("_", "-")},
            *[{"url": f"{EXTENSION}payer", "valueString": payer} for payer in answer.payers],
            *[{"url": f"{EXTENSION}next-step", "valueString": step} for step in answer.next_steps],
            {"url": f"{EXTENSION}verify", "valueUri": answer.verify_url},
        ],
    }
    if answer.person is not None:
        person = {"id": "patient", "name": [{"text": answer.person.name}], "birthDate": answer.person.birth_on}
        resource["contained"] = [Patient.model_validate(person)]
    return CoverageEligibilityResponse.model_validate(resource).model_dump_json()


def outcome_of(problem: Problem) -> str:
    """A problem as OperationOutcome, JSON: each reason with its code, its sentence, and what to do next."""
    code = ISSUES.get(problem.status, "invalid")
    issues = [
        {
            "severity": "error",
            "code": code,
            "details": {"coding": [{"system": f"{EXTENSION}reason", "code": reason.code}], "text": reason.reason},
            **({"diagnostics": reason.next} if reason.next else {}),
            **({"expression": [reason.field]} if reason.field else {}),
        }
        for reason in problem.reasons
    ]
    if problem.retry_at is not None:
        words = (
            f"BELUM PASTI. Coba lagi mulai {timezone.localtime(problem.retry_at):%H.%M} WITA. {problem.treat_anyway}"
        )
        issues.append({"severity": "warning", "code": "transient", "details": {"text": words}})
    return OperationOutcome.model_validate({"issue": issues}).model_dump_json()


def _holds_null(part: Any) -> bool:
    if isinstance(part, dict | list):
        return any(map(_holds_null, part.values() if isinstance(part, dict) else part))
    return part is None


def _patient_in(request: CoverageEligibilityRequest) -> Patient | None:
    """The contained Patient that the request is about."""
    reference = request.patient.reference or ""
    for resource in request.contained or []:
        if isinstance(resource, Patient) and reference == f"#{resource.id}":
            return resource
    return None


def _identifier(request: CoverageEligibilityRequest, patient: Patient | None) -> str:
    given = [request.patient.identifier, *((patient and patient.identifier) or [])]
    known = [identifier for identifier in given if identifier and identifier.system in (NIK_SYSTEM, NUMBER_SYSTEM)]
    return (known[0].value or "") if known else ""


def _name(patient: Patient) -> str:
    for name in patient.name or []:
        return name.text or " ".join([*(name.given or []), name.family or ""]).strip()
    return ""


def _event_at(request: CoverageEligibilityRequest) -> datetime:
    """The start of the serviced period; of a day alone, its beginning in WITA."""
    start = request.servicedPeriod.start if request.servicedPeriod else request.servicedDate
    if isinstance(start, datetime) and start.tzinfo is not None:
        return start
    if isinstance(start, date) and not isinstance(start, datetime):
        return datetime.combine(start, time(), tzinfo=timezone.get_default_timezone())
    _refuse("event_missing", "Waktu kejadian tidak ada atau tanpa zona.", "Isi servicedPeriod.start atau servicedDate.")


def _extension(request: CoverageEligibilityRequest, name: str) -> str | None:
    for extension in request.extension or []:
        if extension.url == f"{EXTENSION}{name}":
            return extension.valueCode
    return None


def _own_identifier(request: CoverageEligibilityRequest) -> dict[str, Any]:
    """How the hospital's own system calls its request, if it does."""
    for identifier in request.identifier or []:
        return identifier.model_dump()
    return {"value": request.id or "-"}


def _patient_of(answer: Answered) -> dict[str, Any]:
    return {"reference": "#patient"} if answer.person is not None else {"display": "Belum dapat dipastikan"}


def _refuse(code: str, text: str, remedy: str) -> NoReturn:
    raise Refused(Reason(code, text, remedy))
