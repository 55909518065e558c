from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('enrollment', '0007_answers_by_name'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='membership',
            index=models.Index(models.F('period__startswith'), name='enrollment_membership_starts'),
        ),
        AddIndexConcurrently(
            model_name='membership',
            index=models.Index(models.F('period__endswith'), name='enrollment_membership_ends'),
        ),
    ]
