from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from claims.enums import ClaimStatus
from claims.models import Claim
from enrollment.enums import BatchStatus, Verdict
from enrollment.models import Batch, Contribution, CoverageCheck, Membership, Receipt
from monitoring.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from monitoring.demo.people import Population
from tests.accounts.factories import UserFactory
from workers.enums import AGE_LIMIT, Employment
from workers.models import DesilRecord, RegistryImport, Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TODAY = date(2026, 11, 22)
FEWEST = 400


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 11, 22, 1, tzinfo=UTC)):
        yield


@pytest.fixture
def reference_data():
    call_command("load_reference_data", verbosity=0)


def rows(seed: int) -> dict[str, list]:
    """What that seed makes, by what people see of it."""
    with transaction.atomic():
        call_command("seed_demo", workers=FEWEST, seed=seed)
        made = {
            "workers": list(
                Worker.objects.order_by("nik").values_list(
                    "nik", "name", "birth_on", "kelurahan", "occupation", "family_card_number", "income", "phone"
                )
            ),
            "desil": list(DesilRecord.objects.order_by("pk").values_list("family_card_number", "release", "desil")),
            "batches": list(Batch.objects.order_by("number").values_list("number", "status", "package", "region")),
            "memberships": list(
                Membership.objects.order_by("participant_number").values_list(
                    "participant_number", "worker__nik", "period", "end_reason"
                )
            ),
            "contributions": list(
                Contribution.objects.order_by("month", "membership__participant_number").values_list(
                    "month", "membership__participant_number", "amount"
                )
            ),
            "checks": list(CoverageCheck.objects.order_by("number").values_list("number", "question", "verdict")),
            "claims": list(Claim.objects.order_by("number").values_list("number", "worker__nik", "status", "place")),
        }
        transaction.set_rollback(True)
    return made


@pytest.mark.usefixtures("reference_data")
def test_the_same_seed_makes_the_same_rows():
    assert rows(7) == rows(7)


@pytest.mark.usefixtures("reference_data")
def test_another_seed_makes_other_people():
    by = {"": UserFactory()}
    first, again, other = (
        Population(seed=seed, today=TODAY, release="2026-3", earlier_release="2026-2").families(20, registered_by=by)
        for seed in (7, 7, 8)
    )

    assert [family.workers[0].name for family in first] == [family.workers[0].name for family in again]
    assert [family.workers[0].name for family in first] != [family.workers[0].name for family in other]


@pytest.mark.usefixtures("reference_data")
def test_a_city_with_everything_that_can_go_wrong(capsys):
    call_command("seed_demo", workers=FEWEST, seed=1)

    workers = Worker.objects.all()
    assert workers.count() == FEWEST
    assert workers.exclude(nik__endswith="0000").count() == 0  # no register gives serial 0000 out (rule N4)
    assert workers.exclude(phone="").exclude(phone__startswith="0810").count() == 0
    ages = [worker.age_on(TODAY) for worker in workers]
    assert (min(ages), AGE_LIMIT - 1 in ages, AGE_LIMIT in ages or max(ages) > AGE_LIMIT) == (16, True, True)
    assert set(workers.values_list("employment", flat=True)) == set(Employment.values)
    assert {
        "no kelurahan": workers.filter(kelurahan=None).exists(),
        "no family card": workers.filter(family_card_number="").exists(),
        "KTP elsewhere": workers.filter(is_resident=False).exists(),
        "NIK of another region": workers.exclude(nik__startswith="7371").exists(),
        "desil 6": DesilRecord.objects.filter(desil=6).exists(),
    } == dict.fromkeys(["no kelurahan", "no family card", "KTP elsewhere", "NIK of another region", "desil 6"], True)
    islanders = workers.filter(kelurahan__parent="73.71.15", is_resident=True)
    assert islanders.filter(nik__startswith="737108").exists()  # rule N8

    assert set(Batch.objects.values_list("status", flat=True)) == set(BatchStatus.values)
    assert set(Claim.objects.values_list("status", flat=True)) == set(ClaimStatus.values)
    assert set(CoverageCheck.objects.values_list("verdict", flat=True)) == set(Verdict.values)
    months = set(Receipt.objects.values_list("month", flat=True))
    assert months == {date(2026, month, 1) for month in range(1, 12)} - {date(2026, 7, 1)}  # one month is missing
    people, families = RegistryImport.objects.order_by("-kind")
    assert (people.rows_accepted, people.rows_refused) == (4, 4)
    assert (families.kind, families.status, families.moves["families"]["over"] > 0) == ("families", "ready", True)

    users = {user.email: user for user in User.objects.all()}
    assert set(users) == {account.email for account in DEMO_ACCOUNTS}
    assert {user.role for user in users.values()} == set(Role.values)
    assert [email for email, user in users.items() if not user.check_password(DEMO_PASSWORD)] == []
    assert len(DEMO_PASSWORD) >= 12
    assert f"Kata sandi: {DEMO_PASSWORD}" in capsys.readouterr().out


@pytest.mark.usefixtures("reference_data")
def test_it_refuses_a_database_that_holds_accounts():
    UserFactory()

    with pytest.raises(CommandError, match="already holds accounts or workers"):
        call_command("seed_demo", workers=FEWEST)

    assert (User.objects.count(), Worker.objects.count()) == (1, 0)


@pytest.mark.usefixtures("reference_data")
def test_it_refuses_where_demo_data_does_not_belong(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="only where DEMO is on"):
        call_command("seed_demo", workers=FEWEST)

    assert User.objects.count() == 0


def test_it_says_what_is_missing():
    with pytest.raises(CommandError, match="load_reference_data"):
        call_command("seed_demo", workers=FEWEST)


def test_it_names_the_fewest_workers():
    with pytest.raises(CommandError, match="at least 400"):
        call_command("seed_demo", workers=FEWEST - 1)
