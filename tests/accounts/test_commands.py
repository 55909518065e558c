from datetime import date

import pytest
from django.core.management import call_command

from accounts.models import Hospital


@pytest.mark.django_db
def test_primaya_comes_with_its_agreement_of_13_february_2026(capsys):
    call_command("load_regions")
    call_command("load_hospitals")
    call_command("load_hospitals")

    assert Hospital.objects.count() == 54
    primaya = Hospital.objects.get(name="Primaya Hospital Makassar")
    assert [agreement.period.lower for agreement in primaya.agreements.all()] == [date(2026, 2, 13)]
