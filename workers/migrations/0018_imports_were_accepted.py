from django.db import migrations

FORWARDS = """
    UPDATE workers_registryimport SET accepted_by_id = uploaded_by_id, accepted_at = finished_at
    WHERE status = 'done' AND accepted_at IS NULL AND finished_at IS NOT NULL
"""


class Migration(migrations.Migration):
    """Until now a file was accepted by being uploaded."""

    dependencies = [("workers", "0017_staged_rows")]
    operations = [migrations.RunSQL(FORWARDS, migrations.RunSQL.noop, elidable=True)]
