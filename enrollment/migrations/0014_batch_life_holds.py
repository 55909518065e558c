from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

FORWARDS = """
    CREATE FUNCTION enrollment_approval_check() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        signed enrollment_batch;
    BEGIN
        SELECT * INTO signed FROM enrollment_batch WHERE id = NEW.batch_id;
        IF NEW.approved_by_id = signed.proposed_by_id THEN
            RAISE EXCEPTION 'enrollment_approval_is_by_another'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'enrollment_approval_is_by_another';
        END IF;
        IF NEW.stage > signed.approvals_needed THEN
            RAISE EXCEPTION 'enrollment_approval_is_needed'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'enrollment_approval_is_needed';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER enrollment_approval_check BEFORE INSERT OR UPDATE ON enrollment_batchapproval
        FOR EACH ROW EXECUTE FUNCTION enrollment_approval_check();
"""
BACKWARDS = """
    DROP TRIGGER enrollment_approval_check ON enrollment_batchapproval;
    DROP FUNCTION enrollment_approval_check();
"""


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0013_proposed_is_locked")]
    operations = [
        migrations.RunSQL(FORWARDS, BACKWARDS),
        ValidateConstraint("batchline", "enrollment_line_kind_is_whole"),
        ValidateConstraint("batchline", "enrollment_line_answer_is_complete"),
    ]
