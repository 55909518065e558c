from django.db import migrations

# What was asked and shown may be emptied once its time is over (rule X9); the answer itself never changes.
FORWARDS = """
    CREATE OR REPLACE FUNCTION enrollment_answer_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        emptied enrollment_coveragecheck := OLD;
    BEGIN
        emptied.question := '';
        emptied.facts := '{}';
        IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM emptied THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Answers never change: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END $$;
"""
BACKWARDS = """
    CREATE OR REPLACE FUNCTION enrollment_answer_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'Answers never change: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0002_answers_are_append_only")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
