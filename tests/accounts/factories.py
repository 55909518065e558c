from datetime import UTC, date, datetime

import factory
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from factory import LazyAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from accounts.models import AgreementDocument, CooperationAgreement, Hospital, User
from accounts.roles import Role
from tests.casework.bad_files import pdf
from tests.regions.factories import kecamatan

PASSWORD = "perahu pinisi di losari"


class HospitalFactory(DjangoModelFactory):
    class Meta:
        model = Hospital
        skip_postgeneration_save = True

    number = Sequence(lambda n: n + 1)
    name = LazyAttribute(lambda hospital: f"RS Contoh {hospital.number}")

    class Params:
        partner = Trait(agreement=factory.RelatedFactory("tests.accounts.factories.AgreementFactory", "hospital"))


class AgreementFactory(DjangoModelFactory):
    class Meta:
        model = CooperationAgreement

    hospital = SubFactory(HospitalFactory)
    title = "Kerja sama contoh"
    source = "Untuk pengujian"
    period = (date(2026, 2, 13), None)


class AgreementDocumentFactory(DjangoModelFactory):
    """A paper whose file is there too."""

    class Meta:
        model = AgreementDocument

    agreement = SubFactory(AgreementFactory)
    name = "perjanjian.pdf"
    path = factory.LazyFunction(lambda: default_storage.save("perjanjian.pdf", ContentFile(pdf())))
    content_type = "application/pdf"
    size = 500
    sha256 = "0" * 64
    uploaded_by = SubFactory("tests.accounts.factories.UserFactory")


class UserFactory(DjangoModelFactory):
    """An admin, the plainest user: no place of its own."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"petugas{n}@contoh.example")
    name = Sequence(lambda n: f"Petugas {n}")
    role = Role.ADMIN
    password = factory.django.Password(PASSWORD)

    class Params:
        officer = Trait(role=Role.OFFICER, region=factory.LazyFunction(kecamatan))
        hospital_staff = Trait(role=Role.HOSPITAL, hospital=SubFactory(HospitalFactory, partner=True))
        bpjs = Trait(role=Role.BPJS)
        auditor = Trait(role=Role.AUDITOR)
        lead = Trait(role=Role.HOSPITAL, hospital=SubFactory(HospitalFactory, partner=True), is_lead=True)
        ended = Trait(
            is_active=False,
            ended_by=SubFactory("tests.accounts.factories.UserFactory"),
            ended_at=datetime(2026, 3, 1, tzinfo=UTC),
        )
