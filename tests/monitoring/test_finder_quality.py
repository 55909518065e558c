"""The finder of double registrations is no worse than the help page says (measured with manage.py measure_finder)."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from monitoring.finder_quality import KINDS, measure

pytestmark = pytest.mark.django_db


def test_what_was_planted_is_found():
    quality = measure(people=1_000, doubles=150)

    missed = {kind: planted - quality.found[kind] for kind, planted in quality.planted.items()}
    assert {kind for kind, count in missed.items() if count} <= {"typing", "name_only"}
    assert quality.recall >= 0.92
    assert quality.precision >= 0.93


def test_a_name_alone_is_missed_as_the_help_page_says():  # AC-D11
    quality = measure(people=500, doubles=100)

    assert (quality.planted["name_only"] > 0, quality.found["name_only"]) == (True, 0)


def test_the_command_prints_each_kind_and_the_totals_last(capsys):
    call_command("measure_finder", people=300, doubles=50)

    *kinds, totals = capsys.readouterr().out.splitlines()
    assert {line.partition(":")[0] for line in kinds} <= set(KINDS)
    assert json.loads(totals)["planted"] == 50
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('planted')")
        assert cursor.fetchone() == (None,)
