import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workers", "0030_staged_row_answers")]

    operations = [
        migrations.CreateModel(
            name="ImportPulse",
            fields=[
                (
                    "registry_import",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="pulse",
                        serialize=False,
                        to="workers.registryimport",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("rows_stored", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.RunSQL(
            "INSERT INTO workers_importpulse (registry_import_id, at, rows_stored)"
            " SELECT id, progressed_at, rows_stored FROM workers_registryimport",
            "UPDATE workers_registryimport SET progressed_at = at, rows_stored = pulse.rows_stored"
            " FROM workers_importpulse AS pulse WHERE registry_import_id = id",
        ),
        migrations.RemoveField(model_name="registryimport", name="progressed_at"),
        migrations.RemoveField(model_name="registryimport", name="rows_stored"),
    ]
