"""The desk for systems of hospitals: by token, without a session, in JSON or FHIR. Every call is on the trail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from pydantic import ValidationError

from accounts import limits
from accounts.decorators import public
from casework.decisions import Reason, Refused
from casework.patience import TRY_AGAIN_AFTER
from enrollment import operations
from enrollment.api import fhir, openapi, shapes
from enrollment.enums import Verdict
from enrollment.models import ApiClient, CoverageCheck

LARGEST = 16_384  # bytes of a body
AGAIN_AFTER = 60  # seconds after too many calls
FHIR_PART = f"{settings.API}fhir/"
FORBIDDEN = {"no_agreement", "purpose_not_allowed"}
TITLES = {
    400: "Isi permintaan tidak benar",
    401: "Token tidak berlaku",
    403: "Tidak diizinkan",
    405: "Cara ini tidak dilayani",
    413: "Isi permintaan terlalu besar",
    415: "Jenis isi tidak dilayani",
    422: "Pertanyaan tidak dapat dijawab",
    429: "Terlalu sering",
    500: "Belum pasti",
    503: "Belum pasti",
}
NO_TOKEN = Reason(
    "token_missing", "Permintaan ini tanpa token.", "Kirim kepala Authorization: Bearer, lalu token sambungan Anda."
)
TOO_OFTEN = Reason("too_often", "Sistem Anda terlalu sering bertanya.", "Tunggu satu menit, lalu coba lagi.")


def by_token(*types: str):
    """Lets in a POST of these content types from whoever shows a token that holds, and hands the view its client."""

    def decorate(view: Callable[[HttpRequest, ApiClient], HttpResponse]):
        @csrf_exempt
        @public
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            try:
                return _let_in(request, view, types)
            except Refused as refused:
                status = 403 if FORBIDDEN & set(refused.codes) else 422
                return said_no(request, status, shapes.objections(refused.reasons))
            except ValidationError as error:
                return said_no(request, 400, shapes.misfits(error))

        return guarded

    return decorate


@by_token("application/json")
def api_coverage(request: HttpRequest, client: ApiClient) -> HttpResponse:
    asked = shapes.Asked.model_validate_json(request.body)
    answer = _answered(request, _ask(client, asked))
    return HttpResponse(answer.model_dump_json(), content_type="application/json")


@by_token("application/fhir+json", "application/json")
def api_fhir(request: HttpRequest, client: ApiClient) -> HttpResponse:
    asked_by, asked = fhir.read_request(request.body)
    answer = _answered(request, _ask(client, asked))
    return HttpResponse(fhir.response_to(asked_by, answer), content_type="application/fhir+json")


@require_safe
@public
def api_document(request: HttpRequest) -> HttpResponse:
    return JsonResponse(openapi.document(), json_dumps_params={"indent": 1})


def said_no(request: HttpRequest, status: int, reasons: list[shapes.Objection], **more) -> HttpResponse:
    """A problem in the language of the address: FHIR there, JSON elsewhere."""
    told = shapes.problem(status, TITLES[status], reasons, **more)
    if request.path.startswith(FHIR_PART):
        return HttpResponse(fhir.outcome_of(told), status=status, content_type="application/fhir+json")
    return HttpResponse(told.model_dump_json(), status=status, content_type="application/problem+json")


def in_trouble(request: HttpRequest, status: int, reference: str) -> HttpResponse:
    """What a call gets that broke: doubt, and when to try again."""
    reason = shapes.Objection(
        code="portal_ill",
        reason="Jagai sedang terganggu, jadi kepesertaan belum dapat dipastikan.",
        next=f"Coba lagi setelah satu menit. Nomor gangguan: {reference}.",
    )
    retry_at = timezone.localtime() + TRY_AGAIN_AFTER
    response = said_no(request, status, [reason], verdict=Verdict.UNKNOWN, retry_at=retry_at)
    response["Retry-After"] = str(AGAIN_AFTER)
    return response


def _let_in(request: HttpRequest, view: Callable, types: tuple[str, ...]) -> HttpResponse:
    if request.method != "POST":
        response = said_no(request, 405, [shapes.Objection(code="method", reason="Alamat ini hanya menerima POST.")])
        response["Allow"] = "POST"
        return response
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        return _turned_away(request, NO_TOKEN)
    try:
        token = operations.enter_by_token(secret.strip())
    except Refused as refused:
        return _unknown(request, refused)
    account = token.client.account
    of = {"user": str(account.pk), "key": str(account.hospital_id)}
    if not limits.consume("api", settings.ACCOUNT_RATE_LIMITS["api"], of=of):
        operations.refuse_caller(by=account, page=request.resolver_match.view_name, reason=TOO_OFTEN.code)
        return _too_often(request)
    if request.content_type not in types:
        reason = shapes.Objection(code="content_type", reason=f"Kirim isi sebagai {' atau '.join(types)}.")
        return said_no(request, 415, [reason])
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return said_no(request, 413, [shapes.Objection(code="too_large", reason="Isi paling besar 16 KB.")])
    return view(request, token.client)


def _unknown(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A token that does not hold. Each is on the trail, but nobody floods it."""
    if not limits.consume("api_unknown", settings.ACCOUNT_RATE_LIMITS["api_unknown"], of={"ip": get_ip(request)}):
        return _too_often(request)
    operations.refuse_caller(by=None, page=request.resolver_match.view_name, reason=refused.codes[0])
    return _turned_away(request, *refused.reasons)


def _turned_away(request: HttpRequest, *reasons: Reason) -> HttpResponse:
    response = said_no(request, 401, shapes.objections(reasons))
    response["WWW-Authenticate"] = "Bearer"
    return response


def _too_often(request: HttpRequest) -> HttpResponse:
    response = said_no(request, 429, shapes.objections([TOO_OFTEN]))
    response["Retry-After"] = str(AGAIN_AFTER)
    return response


def _ask(client: ApiClient, asked: shapes.Asked) -> CoverageCheck:
    return operations.check_by_token(
        client,
        question=asked.number,
        name=asked.name,
        birth_on=asked.birth_on,
        event_at=asked.event_at,
        accident=asked.accident,
        purpose=asked.purpose,
    )


def _answered(request: HttpRequest, check: CoverageCheck) -> shapes.Answered:
    return shapes.answered(check, verify_url=request.build_absolute_uri(check.get_verify_url()))
