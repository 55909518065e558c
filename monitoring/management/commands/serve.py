import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from accounts.models import User
from accounts.roles import Role
from monitoring.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from workers.models import Worker

ADDRESS = "127.0.0.1"
GUNICORN = ("--workers=2", "--threads=4", "--no-control-socket", "--graceful-timeout=10", "--log-level=warning")
SHORTEST_LIFE = 10  # seconds; a program that ends sooner would only end again
PATIENCE = 20  # seconds for the requests and the task at hand when the portal stops


class Command(BaseCommand):
    help = "Bring everything up to date, then run the web server and the background worker until Ctrl-C."

    def handle(self, **options):
        port = free_port(os.environ.get("PORT") or "8000")
        self.prepare()
        accounts = demo_accounts()
        connections.close_all()
        programs = {
            "web server": ["-m", "gunicorn", "config.wsgi", f"--bind={ADDRESS}:{port}", *GUNICORN],
            "background worker": ["manage.py", "db_worker"],
        }
        with suppress(KeyboardInterrupt), ExitStack() as stack:
            running = {name: stack.enter_context(program(arguments)) for name, arguments in programs.items()}
            started = dict.fromkeys(programs, time.monotonic())
            wait_until_it_answers(port, running["web server"])
            self.say(f"Jagai serves at http://localhost:{port}/ (Ctrl-C stops it).{accounts}")
            while True:
                time.sleep(0.5)
                for name in [name for name, process in running.items() if process.poll() is not None]:
                    if time.monotonic() - started[name] < SHORTEST_LIFE:
                        raise CommandError(f"The {name} ends as soon as it starts; what it wrote above says why.")
                    self.say(f"The {name} ended ({running[name].returncode}) and is started again.")
                    running[name] = stack.enter_context(program(programs[name]))
                    started[name] = time.monotonic()
        self.say("Jagai has stopped.")

    def prepare(self) -> None:
        """Bring the database and the static files to this version's state; each step may be repeated."""
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command("load_reference_data", stdout=self.stdout)
        call_command("collectstatic", verbosity=0, interactive=False)
        if settings.DEMO and not User.objects.exists() and not Worker.objects.exists():
            self.say("First start: making an invented city to try.")
            call_command("seed_demo", stdout=StringIO())

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def demo_accounts() -> str:
    """One account of each role and the password, as lines; nothing where there is no demo data."""
    of_roles = {account.role: account for account in reversed(DEMO_ACCOUNTS)}
    if not settings.DEMO or not User.objects.filter(email=of_roles[Role.OFFICER].email).exists():
        return ""
    lines = [f"  {role.label:<28} {of_roles[role].email}" for role in Role]
    return "\n".join(["", *lines, f"  {'Kata sandi':<28} {DEMO_PASSWORD}"])


def free_port(text: str) -> int:
    """The port that was asked for, once it is known to be a number and not in use."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise CommandError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    port = int(text)
    try:
        socket.create_server((ADDRESS, port)).close()
    except OSError as error:
        raise CommandError(
            f"Port {port} cannot be used ({os.strerror(error.errno)}): choose another, as in PORT=8080 make run."
        ) from error
    return port


@contextmanager
def program(arguments: list[str]) -> Iterator[subprocess.Popen]:
    """A Python program in a session of its own: Ctrl-C reaches only us, and we end it with all its children."""
    with subprocess.Popen(  # noqa: S603  our own programs
        [sys.executable, *arguments], cwd=settings.BASE_DIR, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=PATIENCE)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def wait_until_it_answers(port: int, web_server: subprocess.Popen) -> None:
    """Wait for a whole answer: the port is open before the portal behind it is loaded."""
    while web_server.poll() is None:
        page = http.client.HTTPConnection(ADDRESS, port, timeout=30)
        try:
            page.request("HEAD", "/", headers={"Host": settings.ALLOWED_HOSTS[0]})
            page.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            page.close()
    raise CommandError("The web server ends as soon as it starts; what it wrote above says why.")
