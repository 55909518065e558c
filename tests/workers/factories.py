from datetime import date

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from factory import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from tests.accounts.factories import UserFactory
from tests.regions.factories import kelurahan
from workers.enums import DocumentKind, OccupationCategory, PairRule, Sector, Sex
from workers.models import (
    DesilRecord,
    DesilRelease,
    DesilReview,
    DraftPhoto,
    DuplicatePair,
    IdentityCorrection,
    Occupation,
    Policy,
    RegistrationDraft,
    Worker,
    WorkerDocument,
    WorkerExit,
)


class OccupationFactory(DjangoModelFactory):
    class Meta:
        model = Occupation
        django_get_or_create = ("code",)

    code = "NLP"
    name = "Nelayan"
    category = OccupationCategory.INFORMAL
    sector = Sector.OTHER


class PolicyFactory(DjangoModelFactory):
    """The city's policy as rules.md states it: desil 1 to 4 (E7), from 17 (E6), residents (E8), by office (E10)."""

    class Meta:
        model = Policy
        django_get_or_create = ("effective_on",)

    effective_on = date(2026, 1, 1)
    release = "2026-3"
    desil_limit = 4
    minimum_age = 17
    residents_only = True
    by_office = [OccupationCategory.RELIGIOUS, OccupationCategory.COMMUNITY]
    source = "Pernyataan contoh"


class WorkerFactory(DjangoModelFactory):
    """A man of 36 in Karuwisi Utara whose NIK agrees with birth date and sex; desil not recorded."""

    class Meta:
        model = Worker

    nik = Sequence(lambda n: f"737109170890{n + 1:04d}")
    family_card_number = Sequence(lambda n: f"737109010115{n + 1:04d}")
    name = Sequence(lambda n: f"Baso Syamsuddin {n}")
    birth_on = date(1990, 8, 17)
    sex = Sex.MALE
    kelurahan = LazyFunction(kelurahan)
    occupation = SubFactory(OccupationFactory)
    registered_by = SubFactory(UserFactory)


class IdentityCorrectionFactory(DjangoModelFactory):
    """A name that was typed wrong; nobody has checked it yet."""

    class Meta:
        model = IdentityCorrection

    worker = SubFactory(WorkerFactory)
    before = LazyAttribute(lambda correction: {"name": correction.worker.name})
    after = {"name": "Baso Syamsuddin Daeng Nai"}
    reason = "Salah ketik"
    evidence = "KTP asli"
    proposed_by = SubFactory(UserFactory)


class WorkerExitFactory(DjangoModelFactory):
    """Moved to another city on the first of October."""

    class Meta:
        model = WorkerExit

    worker = SubFactory(WorkerFactory)
    reason = "moved"
    exited_on = date(2026, 10, 1)
    recorded_by = SubFactory(UserFactory)


class DesilReviewFactory(DjangoModelFactory):
    """A family that rose from desil 3 to 6."""

    class Meta:
        model = DesilReview

    worker = SubFactory(WorkerFactory)
    policy = SubFactory(PolicyFactory)
    release = "2026-3"
    desil = 6
    desil_limit = 4
    earlier_release = "2026-2"
    earlier_desil = 3
    opened_on = date(2026, 10, 2)
    due_on = date(2026, 12, 31)


class DesilReleaseFactory(DjangoModelFactory):
    class Meta:
        model = DesilRelease
        django_get_or_create = ("name",)

    name = "2026-3"
    dated_on = date(2026, 9, 15)
    received_on = date(2026, 10, 1)
    source = "Surat contoh"
    recorded_by = SubFactory(UserFactory)


class DesilRecordFactory(DjangoModelFactory):
    class Meta:
        model = DesilRecord

    family_card_number = "7371090101150001"
    release = "2026-3"
    desil = 2
    received_on = date(2026, 10, 1)
    source = "Berkas contoh"
    recorded_by = SubFactory(UserFactory)


class WorkerDocumentFactory(DjangoModelFactory):
    """A photo of an identity card, in use; its contents lie in the storage."""

    class Meta:
        model = WorkerDocument

    worker = SubFactory(WorkerFactory)
    kind = DocumentKind.ID_CARD
    path = LazyFunction(lambda: default_storage.save("x", ContentFile(b"isi")))
    name = "ktp.jpg"
    content_type = "image/jpeg"
    size = 3
    sha256 = Sequence(lambda n: f"{n:064d}")
    uploaded_by = SubFactory(UserFactory)


class DuplicatePairFactory(DjangoModelFactory):
    """Two men of one kelurahan, found by birth date and name; nobody has answered."""

    class Meta:
        model = DuplicatePair

    rules = [PairRule.BIRTH]
    agreeing = ["birth_on", "sex"]
    likeness = 0.9

    @classmethod
    def _create(cls, model_class, *args, one=None, other=None, **kwargs):
        records = sorted((one or WorkerFactory(), other or WorkerFactory()), key=lambda worker: worker.pk)
        return model_class.objects.create(one=records[0], other=records[1], **kwargs)


class RegistrationDraftFactory(DjangoModelFactory):
    """A registration that an officer has begun, without a word typed."""

    class Meta:
        model = RegistrationDraft

    author = SubFactory(UserFactory, officer=True)
    region = LazyAttribute(lambda draft: draft.author.region)


class DraftPhotoFactory(DjangoModelFactory):
    class Meta:
        model = DraftPhoto

    draft = SubFactory(RegistrationDraftFactory)
    path = LazyFunction(lambda: default_storage.save("x", ContentFile(b"isi")))
    name = "foto.jpg"
    content_type = "image/jpeg"
    size = 3
    sha256 = Sequence(lambda n: f"{n:064d}")
