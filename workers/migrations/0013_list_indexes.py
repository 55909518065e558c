import django.contrib.postgres.operations
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('workers', '0012_worker_phone_and_linked'),
    ]

    operations = [
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name='worker',
            index=models.Index(django.db.models.functions.comparison.Coalesce('kelurahan_id', models.Value('')), django.db.models.functions.text.Lower('name'), models.F('id'), name='workers_worker_by_kelurahan'),
        ),
        django.contrib.postgres.operations.AddIndexConcurrently(
            model_name='worker',
            index=models.Index(fields=['registered_at', 'id'], name='workers_worker_by_day'),
        ),
    ]
