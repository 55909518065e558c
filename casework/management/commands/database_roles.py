from collections.abc import Iterable

import pghistory
from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from psycopg2.sql import SQL, Composable, Identifier

APP, REPORT = "jagai_app", "jagai_report"
LINKS = {"casework_auditlink", "casework_audithead"}  # written by the owner's trigger alone
SECRET = {  # nothing of these is for a report: sessions, seeds, links that wait to be mailed
    "django_session",
    "django_cache",
    "mfa_authenticator",
    "usersessions_usersession",
    "django_tasks_db_dbtaskresult",
}
READABLE = {"accounts_user": {"password"}, "casework_auditentry": {"salts"}}  # but for these columns

CREATE = """DO $$ BEGIN CREATE ROLE {} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- a role is the cluster's: another database has made it
END $$"""


class Command(BaseCommand):
    help = (
        f"Create the roles {APP} (the portal: no DDL, no change of trail or row history) and {REPORT} (reads, without "
        "secrets) where they are missing, and give them their rights. Run it as the owner after each migration."
    )

    @transaction.atomic
    def handle(self, **options):
        tables = set(connection.introspection.table_names())
        history = {model._meta.db_table for model in apps.get_models() if issubclass(model, pghistory.models.Event)}
        kept = LINKS | history | {"casework_auditentry", "django_migrations"}
        with connection.cursor() as cursor:
            for role in (APP, REPORT):
                cursor.execute(SQL(CREATE).format(Identifier(role)))
                cursor.execute(SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(Identifier(role)))
                cursor.execute(SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(Identifier(role)))
                cursor.execute(SQL("GRANT USAGE ON SCHEMA public TO {}").format(Identifier(role)))
            cursor.execute(SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(Identifier(APP)))
            for rights, chosen in {
                "SELECT": tables,
                "INSERT": tables - LINKS - {"django_migrations"},
                "UPDATE, DELETE": tables - kept,
            }.items():
                cursor.execute(grant(SQL(rights), chosen, APP))
            cursor.execute(grant(SQL("SELECT"), tables - SECRET - READABLE.keys(), REPORT))
            for table, hidden in READABLE.items():
                description = connection.introspection.get_table_description(cursor, table)
                columns = SQL(", ").join(Identifier(column.name) for column in description if column.name not in hidden)
                cursor.execute(grant(SQL("SELECT ({})").format(columns), {table}, REPORT))
        self.stdout.write(f"{len(tables)} tables: {APP} changes {len(tables - kept)}, {REPORT} reads without secrets.")


def grant(rights: Composable, tables: Iterable[str], role: str) -> Composable:
    names = SQL(", ").join(map(Identifier, sorted(tables)))
    return SQL("GRANT {} ON {} TO {}").format(rights, names, Identifier(role))
