from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('workers', '0019_worker_exit'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='duplicatepair',
            options={'ordering': ['-likeness', '-pk']},
        ),
        RemoveIndexConcurrently(
            model_name='duplicatepair',
            name='workers_pair_undecided',
        ),
        AddIndexConcurrently(
            model_name='duplicatepair',
            index=models.Index(condition=models.Q(('status__in', ['open', 'unsure', 'proposed'])), fields=['likeness', 'id'], name='workers_pair_undecided'),
        ),
    ]
