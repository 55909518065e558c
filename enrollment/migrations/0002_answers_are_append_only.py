from django.db import migrations

FORWARDS = """
    CREATE FUNCTION enrollment_answer_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'Answers never change: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER enrollment_answer_no_change BEFORE UPDATE OR DELETE ON enrollment_coveragecheck
        FOR EACH ROW EXECUTE FUNCTION enrollment_answer_refuse();
"""
BACKWARDS = """
    DROP TRIGGER enrollment_answer_no_change ON enrollment_coveragecheck;
    DROP FUNCTION enrollment_answer_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
