"""The OpenAPI document, made of the types themselves: what it says is what is read and written."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from enrollment.api.fhir import EXTENSION, NIK_SYSTEM, NUMBER_SYSTEM
from enrollment.api.shapes import Answered, Asked, Problem
from enrollment.enums import Accident, Purpose

JSON, PROBLEM, FHIR = "application/json", "application/problem+json", "application/fhir+json"
SAID_NO = {
    "400": "The body is not of the right form.",
    "401": "No token, or one that is unknown or over.",
    "403": "The hospital has no agreement in force, or the token is not for this purpose.",
    "413": "The body is too large.",
    "415": "The body is of another type.",
    "422": "The question cannot be answered; each reason says what would change it.",
    "429": "Too often; Retry-After says when again.",
    "503": "The portal is ill: the answer is BELUM PASTI, and retry_at says when again.",
}


def document() -> dict[str, Any]:
    _, shapes = models_json_schema(
        [(Asked, "validation"), (Answered, "serialization"), (Problem, "serialization")],
        ref_template="#/components/schemas/{model}",
    )
    schemas = shapes["$defs"]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Jagai: coverage at the emergency desk",
            "version": "1",
            "description": "One question about one person, one answer: docs/api.md says how to begin.",
        },
        "security": [{"token": []}],
        "paths": {
            "/api/v1/coverage/": {"post": _operation("askCoverage", "Ask about one person", JSON, PROBLEM, "Answered")},
            "/api/v1/fhir/CoverageEligibilityRequest/": {
                "post": _operation("askCoverageByFhir", "The same as FHIR R4", FHIR, FHIR, "")
            },
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **schemas,
                "CoverageEligibilityRequest": _FHIR_REQUEST,
                "CoverageEligibilityResponse": _resource("CoverageEligibilityResponse"),
                "OperationOutcome": _resource("OperationOutcome"),
            },
        },
    }


def _operation(name: str, summary: str, sent: str, refused: str, answer: str) -> dict[str, Any]:
    asked = "Asked" if answer else "CoverageEligibilityRequest"
    answer, problem = (answer, "Problem") if answer else ("CoverageEligibilityResponse", "OperationOutcome")
    return {
        "operationId": name,
        "summary": summary,
        "requestBody": {"required": True, "content": {sent: {"schema": _ref(asked), "example": _EXAMPLES[asked]}}},
        "responses": {
            "200": {"description": "The answer, under its number.", "content": {sent: {"schema": _ref(answer)}}},
            **{
                status: {"description": words, "content": {refused: {"schema": _ref(problem)}}}
                for status, words in SAID_NO.items()
            },
        },
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _resource(kind: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["resourceType"],
        "properties": {"resourceType": {"const": kind}},
        "externalDocs": {"url": f"https://hl7.org/fhir/R4/{kind.lower()}.html"},
    }


_EXAMPLES = {
    "Asked": {
        "number": "7371091708900001",
        "event_at": "2025-11-22T13:40:00+08:00",
        "accident": Accident.WORK.value,
        "purpose": Purpose.EMERGENCY.value,
    },
    "CoverageEligibilityRequest": {
        "resourceType": "CoverageEligibilityRequest",
        "status": "active",
        "purpose": ["validation"],
        "created": "2025-11-22",
        "insurer": {"display": "BPJS Ketenagakerjaan"},
        "patient": {"identifier": {"system": NIK_SYSTEM, "value": "7371091708900001"}},
        "servicedPeriod": {"start": "2025-11-22T13:40:00+08:00"},
        "extension": [
            {"url": f"{EXTENSION}purpose", "valueCode": Purpose.EMERGENCY.value},
            {"url": f"{EXTENSION}laka-lantas", "valueCode": Accident.WORK.value},
        ],
    },
}
_IDENTIFIER = {
    "type": "object",
    "required": ["system", "value"],
    "additionalProperties": False,
    "properties": {
        "system": {"enum": [NIK_SYSTEM, NUMBER_SYSTEM]},
        "value": {"type": "string", "pattern": "^[0-9]{6,16}$"},
    },
}
_FHIR_REQUEST = {
    **_resource("CoverageEligibilityRequest"),
    "description": "What of the resource is read. Anything else that FHIR R4 allows is taken, and not kept.",
    "required": ["resourceType", "status", "purpose", "patient", "created", "insurer", "servicedPeriod", "extension"],
    "additionalProperties": False,
    "properties": {
        "resourceType": {"const": "CoverageEligibilityRequest"},
        "status": {"enum": ["active"]},
        "purpose": {"type": "array", "items": {"const": "validation"}, "minItems": 1, "maxItems": 1},
        "patient": {
            "type": "object",
            "required": ["identifier"],
            "additionalProperties": False,
            "properties": {"identifier": _IDENTIFIER},
        },
        "created": {"type": "string", "format": "date"},
        "insurer": {
            "type": "object",
            "required": ["display"],
            "additionalProperties": False,
            "properties": {"display": {"const": "BPJS Ketenagakerjaan"}},
        },
        "servicedPeriod": {
            "type": "object",
            "required": ["start"],
            "additionalProperties": False,
            "properties": {"start": {"type": "string", "format": "date-time"}},
        },
        "extension": {
            "type": "array",
            "minItems": 2,
            "maxItems": 2,
            "prefixItems": [
                {
                    "type": "object",
                    "required": ["url", "valueCode"],
                    "additionalProperties": False,
                    "properties": {"url": {"const": f"{EXTENSION}purpose"}, "valueCode": {"enum": Purpose.values}},
                },
                {
                    "type": "object",
                    "required": ["url", "valueCode"],
                    "additionalProperties": False,
                    "properties": {"url": {"const": f"{EXTENSION}laka-lantas"}, "valueCode": {"enum": Accident.values}},
                },
            ],
        },
    },
}
