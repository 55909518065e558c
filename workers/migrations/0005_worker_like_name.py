import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('workers', '0004_worker_normal_name'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='worker',
            index=django.contrib.postgres.indexes.GinIndex(fields=['normal_name'], name='workers_worker_like_name', opclasses=['gin_trgm_ops']),
        ),
    ]
