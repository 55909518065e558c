import casework.sheets
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Another patient, hospital or time is another note. Its facts may be emptied once their time is over (rule X9).
FORWARDS = """
    CREATE FUNCTION claims_note_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        emptied claims_referralnote := OLD;
    BEGIN
        emptied.facts := '[]';
        IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM emptied THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Referral notes never change: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER claims_note_no_change BEFORE UPDATE OR DELETE ON claims_referralnote
        FOR EACH ROW EXECUTE FUNCTION claims_note_refuse();
"""
BACKWARDS = """
    DROP TRIGGER claims_note_no_change ON claims_referralnote;
    DROP FUNCTION claims_note_refuse();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_systems'),
        ('claims', '0008_corrected_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReferralNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=12, unique=True)),
                ('issued_at', models.DateTimeField()),
                ('facts', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='claims.claim')),
                ('hospital', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.hospital')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
            bases=(casework.sheets.Sheet, models.Model),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
