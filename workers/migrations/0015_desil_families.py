from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('workers', '0014_identity_correction'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='desilrecord',
            index=models.Index(fields=['release', 'desil', 'family_card_number'], name='workers_desil_families'),
        ),
    ]
