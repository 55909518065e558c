import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_agreements_have_papers'),
    ]

    operations = [
        migrations.CreateModel(
            name='RateUse',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('hits', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('until', models.FloatField()),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_rateuse SET UNLOGGED",
            "ALTER TABLE accounts_rateuse SET LOGGED",
        ),
    ]
