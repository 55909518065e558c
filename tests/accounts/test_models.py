from datetime import date

import pytest
from django.db import IntegrityError, transaction

from accounts.models import CooperationAgreement
from accounts.roles import Role
from tests.accounts.factories import AgreementFactory, HospitalFactory, UserFactory
from tests.regions.factories import kecamatan

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "region", "hospital"),
    [
        (Role.OFFICER, False, False),
        (Role.OFFICER, False, True),
        (Role.OFFICER, True, True),
        (Role.HOSPITAL, False, False),
        (Role.HOSPITAL, True, False),
        (Role.ADMIN, True, False),
        (Role.BPJS, False, True),
        (Role.AUDITOR, True, True),
    ],
)
def test_a_role_without_its_place_cannot_be_stored(role, region, hospital):  # AC-P4
    place = {"region": kecamatan() if region else None, "hospital": HospitalFactory() if hospital else None}

    with pytest.raises(IntegrityError, match="accounts_user_role_has_its_place"), transaction.atomic():
        UserFactory(role=role, **place)


def test_an_unknown_role_cannot_be_stored():
    with pytest.raises(IntegrityError, match="accounts_user_role"), transaction.atomic():
        UserFactory(role="boss")


def test_an_address_is_used_once_whatever_its_case():
    UserFactory(email="sitti@contoh.example")

    with pytest.raises(IntegrityError, match="accounts_user_email_once"), transaction.atomic():
        UserFactory(email="Sitti@contoh.example")


def test_agreements_of_one_hospital_do_not_overlap():
    agreement = AgreementFactory(period=(date(2026, 2, 13), date(2027, 2, 13)))
    AgreementFactory(hospital=agreement.hospital, period=(date(2027, 2, 13), None))

    with pytest.raises(IntegrityError, match="accounts_agreement_periods"), transaction.atomic():
        AgreementFactory(hospital=agreement.hospital, period=(date(2027, 2, 12), date(2027, 2, 14)))


@pytest.mark.parametrize(
    ("day", "count"), [(date(2026, 2, 12), 0), (date(2026, 2, 13), 1), (date(2027, 2, 12), 1), (date(2027, 2, 13), 0)]
)
def test_an_agreement_is_in_force_from_its_first_day_until_before_its_end(day, count):
    AgreementFactory(period=(date(2026, 2, 13), date(2027, 2, 13)))

    assert CooperationAgreement.objects.in_force(day).count() == count
