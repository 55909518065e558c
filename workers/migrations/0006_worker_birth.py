from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('workers', '0005_worker_like_name'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='worker',
            index=models.Index(fields=['birth_on'], name='workers_worker_birth'),
        ),
    ]
