from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('workers', '0011_duplicate_pairs'),
    ]

    operations = [
        ValidateConstraint(model_name='worker', name='workers_worker_survives_another'),
        AddIndexConcurrently(
            model_name='worker',
            index=models.Index(condition=models.Q(('phone', ''), _negated=True), fields=['phone'], name='workers_worker_phone'),
        ),
        AddIndexConcurrently(
            model_name='worker',
            index=models.Index(condition=models.Q(('survivor__isnull', False)), fields=['survivor'], name='workers_worker_linked'),
        ),
    ]
