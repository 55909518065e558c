from django.db import migrations

# Whom a record was linked to at an earlier time (ADR 0017). Few events have a survivor.
FORWARDS = """
    CREATE INDEX CONCURRENTLY workers_workerevent_survivor ON workers_workerevent (survivor_id)
        WHERE survivor_id IS NOT NULL
"""
BACKWARDS = "DROP INDEX workers_workerevent_survivor"


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("workers", "0026_import_undo")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
