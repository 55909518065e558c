#!/usr/bin/env python
import os
import signal
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from config import database

WITHOUT_DATABASE = {"help", "version", "check", "collectstatic", "sbom", "check_examples", "-h", "--help", "--version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    if len(sys.argv) == 1 or WITHOUT_DATABASE.intersection(sys.argv[1:]):
        execute_from_command_line(sys.argv)
        return
    # Each ends like Ctrl-C, so that the embedded database is left in order. A script's & has SIGINT ignored without
    # anybody's wish; nohup has SIGHUP ignored on purpose.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    with database.at_hand():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except (database.DatabaseUnavailable, ImproperlyConfigured) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
