from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('workers', '0024_registration_draft'),
    ]

    operations = [
        ValidateConstraint(model_name='worker', name='workers_worker_second_work_is_another_kind'),
    ]
