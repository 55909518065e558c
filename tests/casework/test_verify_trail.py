"""Five attacks on the trail with superuser rights (AC-A8). Four are named by row, the fifth by a published head."""

import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg2.extras import Json

from casework import audit, chain
from casework.models import AuditEntry, AuditLink
from tests.accounts.factories import UserFactory


@pytest.fixture
def trail(db):
    """Six entries in their chain."""
    admin = UserFactory(name="Sitti Rahmah")
    for n in range(1, 7):
        audit.record("claim.view", by=admin, note=f"keperluan {n}", facts={"n": n})
    connection.check_constraints()
    return admin


@pytest.fixture
def superuser(trail):
    """A cursor for which no trigger fires."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def verified(**options):
    """What the command prints, and whether it passed."""
    out = StringIO()
    try:
        call_command("verify_trail", stdout=out, **options)
    except CommandError:
        return out.getvalue().splitlines(), False
    return out.getvalue().splitlines(), True


def entry_of(number):
    return AuditLink.objects.get(number=number).entry_id


def rebuild(cursor):
    """Recomputes every digest and link as the portal would."""
    before = chain.GENESIS
    for row in list(audit.chained()):
        digest = chain.entry_digest(row)
        before = chain.link_hash(before, row["number"], digest)
        cursor.execute("UPDATE casework_auditentry SET digest = %s WHERE digest = %s", [digest, row["digest"]])
        cursor.execute("UPDATE casework_auditlink SET hash = %s WHERE number = %s", [before, row["number"]])
    cursor.execute("UPDATE casework_audithead SET hash = %s", [before])


def test_an_untouched_trail_holds(trail):
    head = audit.head()

    assert verified(head=head.hash) == ([f"6 catatan, rantainya utuh. Kepala: {head.hash}"], True)


@pytest.mark.django_db
def test_an_empty_trail_holds():
    assert verified() == ([f"0 catatan, rantainya utuh. Kepala: {chain.GENESIS}"], True)


def test_a_removed_row_is_named(superuser):
    pk = entry_of(3)
    superuser.execute("DELETE FROM casework_auditlink WHERE number = 3")
    superuser.execute("DELETE FROM casework_auditentry WHERE id = %s", [pk])

    assert verified() == (["Baris 3 hilang."], False)


def test_a_changed_letter_is_named(superuser):
    superuser.execute("UPDATE casework_auditentry SET note = 'keperluan 8' WHERE id = %s", [entry_of(3)])

    assert verified() == (["Baris 3: isinya telah diubah."], False)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_name", "Orang Lain"),
        ("actor_role", "bpjs"),
        ("actor_place", "Jauh"),
        ("actor_id", 0),
        ("at", datetime(2026, 1, 1, tzinfo=UTC)),
        ("event", "claim.viewed"),
        ("kind", "deed"),
        ("subject_type", "claims.claim"),
        ("subject_id", "1"),
        ("persons", ["x"]),
        ("address", "10.0.0.1"),
        ("facts", {"n": 4}),
    ],
)
def test_every_column_is_covered(superuser, column, value):
    AuditEntry.objects.filter(pk=entry_of(3)).update(**{column: value})

    assert verified() == (["Baris 3: isinya telah diubah."], False)


def test_a_changed_row_with_a_new_digest_is_named(superuser):
    superuser.execute("UPDATE casework_auditentry SET note = 'keperluan 8' WHERE id = %s", [entry_of(3)])
    row = next(row for row in audit.chained() if row["number"] == 3)
    superuser.execute(
        "UPDATE casework_auditentry SET digest = %s WHERE id = %s", [chain.entry_digest(row), entry_of(3)]
    )

    assert verified() == (["Baris 3: mata rantainya tidak cocok; catatannya ditukar atau diganti."], False)


def test_two_swapped_rows_are_named(superuser):
    third, fourth = entry_of(3), entry_of(4)
    superuser.execute("UPDATE casework_auditlink SET entry_id = -1 WHERE number = 3")
    superuser.execute("UPDATE casework_auditlink SET entry_id = %s WHERE number = 4", [third])
    superuser.execute("UPDATE casework_auditlink SET entry_id = %s WHERE number = 3", [fourth])

    assert verified() == (
        [
            "Baris 3: mata rantainya tidak cocok; catatannya ditukar atau diganti.",
            "Baris 4: mata rantainya tidak cocok; catatannya ditukar atau diganti.",
        ],
        False,
    )


def test_a_cut_tail_is_named(superuser):
    cut = [entry_of(5), entry_of(6)]
    superuser.execute("DELETE FROM casework_auditlink WHERE number > 4")
    superuser.execute("DELETE FROM casework_auditentry WHERE id = ANY(%s)", [cut])

    assert verified() == (["Baris 5 sampai 6 hilang: ekornya terpotong."], False)


def test_a_rebuilt_chain_is_caught_by_the_published_head_alone(superuser):
    published = audit.head().hash
    superuser.execute("UPDATE casework_auditentry SET note = 'keperluan 8' WHERE id = %s", [entry_of(3)])
    rebuild(superuser)

    assert verified()[1] is True
    assert verified(head=published[:16]) == (
        [f"Kepala yang diumumkan, {published[:16]}…, tidak ada: rantai telah disusun ulang."],
        False,
    )


def test_a_row_slipped_past_the_trigger_is_named(superuser):
    entry = audit.record("claim.view", by=None)

    assert verified() == (
        [f"Catatan id {entry.pk} tidak ada dalam rantai: ditambahkan dengan melangkahi pemicunya."],
        False,
    )


def test_a_lost_head_is_named(superuser):
    superuser.execute("DELETE FROM casework_audithead")

    assert verified() == (["Kepala rantai hilang."], False)


def test_an_erasure_that_nobody_declared_is_named(superuser):
    entry = AuditEntry.objects.get(pk=entry_of(3))
    digest = chain.field_digest(entry.as_chained(), "note")
    superuser.execute(
        "UPDATE casework_auditentry SET note = '', salts = salts - 'note', digests = %s WHERE id = %s",
        [Json({"note": digest}), entry.pk],
    )

    assert verified() == (["Baris 3: isinya dikosongkan tanpa catatan penghapusan."], False)


def test_an_erased_field_that_is_filled_again_is_named(superuser):
    audit.anonymise(AuditEntry.objects.filter(pk=entry_of(3)), fields=["note"], by=None, note="masa simpan lewat")
    superuser.execute("SET LOCAL session_replication_role = origin")
    connection.check_constraints()
    superuser.execute("SET LOCAL session_replication_role = replica")
    superuser.execute("UPDATE casework_auditentry SET note = 'karangan' WHERE id = %s", [entry_of(3)])

    assert verified()[0][0] == "Baris 3: isian yang sudah dihapus terisi lagi."


def test_a_head_too_short_to_find_is_refused(trail):
    with pytest.raises(CommandError, match="at least 16"):
        call_command("verify_trail", head="abc")


@pytest.mark.parametrize("withhold", [False, True])
def test_an_exported_file_is_checked_without_the_portal(trail, tmp_path, withhold):
    published = audit.head().hash
    path = tmp_path / "trail.jsonl"
    call_command("export_trail", str(path), withhold=withhold, stdout=StringIO())
    connection.check_constraints()

    checked = run_alone(path, published)

    assert (checked.returncode, checked.stdout) == (0, f"6 catatan, 0 kesalahan. Kepala: {published}\n")
    assert ("keperluan 3" in path.read_text()) is not withhold
    assert path.stat().st_mode & 0o777 == 0o600
    assert AuditEntry.objects.latest("pk").event == "trail.export"


@pytest.mark.parametrize(
    ("attack", "fault"),
    [
        (lambda lines: lines[:3] + lines[4:], "Baris 3 hilang."),
        (lambda lines: lines[:-1], "Berkas menjanjikan 6 catatan, isinya 5: ekornya terpotong."),
        (lambda lines: [line.replace("keperluan 3", "keperluan 8") for line in lines], "Baris 3: isinya telah diubah."),
    ],
    ids=["removed", "cut", "changed"],
)
def test_a_tampered_file_is_found_out_without_the_portal(trail, tmp_path, attack, fault):
    path = tmp_path / "trail.jsonl"
    call_command("export_trail", str(path), stdout=StringIO())
    path.write_text("".join(attack(path.read_text().splitlines(keepends=True))))

    checked = run_alone(path)

    assert checked.returncode == 1
    assert checked.stdout.splitlines()[0] == fault


def test_a_file_of_another_chain_lacks_the_published_head(trail, tmp_path):
    path = tmp_path / "trail.jsonl"
    call_command("export_trail", str(path), stdout=StringIO())

    checked = run_alone(path, "f" * 64)

    assert checked.stdout.splitlines()[0] == (
        "Kepala yang diumumkan, ffffffffffffffff…, tidak ada: rantai telah disusun ulang."
    )


@pytest.mark.parametrize("arguments", [[], ["trail.jsonl", "abc"]])
def test_the_script_says_how_it_is_used(arguments):
    assert run_alone(*arguments).returncode == 1


def run_alone(*arguments):
    """The checking script, isolated from the portal's folder and environment."""
    script = settings.BASE_DIR / "casework" / "chain.py"
    return subprocess.run([sys.executable, "-I", script, *arguments], capture_output=True, text=True, env={})


def test_the_script_imports_nothing_of_the_portal():
    source = (settings.BASE_DIR / "casework" / "chain.py").read_text()

    assert [line for line in source.splitlines() if line.startswith(("import ", "from "))] == [
        "from __future__ import annotations",
        "import hashlib",
        "import json",
        "import sys",
        "from collections.abc import Iterable, Iterator",
        "from typing import Any",
    ]
