"""The OpenAPI document is true: schemathesis makes calls by it, right and wrong ones, and finds every answer in it.

`pytest tests/enrollment/test_openapi.py --hypothesis-profile=thorough` makes ten thousand of each instead of a few.
"""

from datetime import timedelta

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from config.wsgi import application
from enrollment import operations
from enrollment.api import openapi
from enrollment.enums import Purpose
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import ContributionFactory, MembershipFactory

# A question in the right form may be refused all the same: an event to come, a NIK of 15 digits.
REFUSED_THOUGH_WELL_FORMED = "positive_data_acceptance"
# A body that FHIR allows may be more than the document describes: other fields of the resource are taken and not kept.
TAKEN_THOUGH_NOT_DESCRIBED = "negative_data_rejection"
# It does not know that the token of the call stands in for what it generates; test_api.py calls without one.
CALLED_WITH_ITS_OWN_TOKEN = "ignored_auth"
FEW = settings(
    max_examples=10 if settings().max_examples <= 100 else settings().max_examples,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def here(environ, start_response):
    return application(environ | {"REMOTE_ADDR": "127.0.0.1"}, start_response)


schema = schemathesis.openapi.from_dict(openapi.document())
schema.app = here
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


@pytest.fixture
def _one_connection():
    """The test's own, in whose transaction everything happens: a request would close it at its end."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(db, settings, _one_connection):
    """Limits on how often would hide what is behind them."""
    settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(settings.ACCOUNT_RATE_LIMITS, "")
    ContributionFactory(membership=MembershipFactory(participant_number="26030000001"))
    lead = UserFactory(lead=True)
    _, secret = operations.connect_system(
        by=lead, hospital=lead.hospital, name="SIMRS", purposes=Purpose.values, life=timedelta(days=90)
    )
    return secret


@schema.parametrize()
@FEW
def test_every_call_is_answered_as_the_document_says(case, token):
    left_out = [REFUSED_THOUGH_WELL_FORMED, CALLED_WITH_ITS_OWN_TOKEN]
    if case.path.startswith("/api/v1/fhir/"):
        left_out.append(TAKEN_THOUGH_NOT_DESCRIBED)

    response = case.call(headers={"Authorization": f"Bearer {token}"})

    case.validate_response(response, excluded_checks=[CHECKS.get_one(name) for name in left_out])
