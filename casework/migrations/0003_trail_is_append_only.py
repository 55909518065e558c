from django.db import migrations

FORWARDS = """
    CREATE FUNCTION casework_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The trail is append-only: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER casework_audit_no_change BEFORE UPDATE OR DELETE ON casework_auditentry
        FOR EACH ROW EXECUTE FUNCTION casework_audit_refuse();
    CREATE TRIGGER casework_audit_no_truncate BEFORE TRUNCATE ON casework_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION casework_audit_refuse();
"""
BACKWARDS = """
    DROP TRIGGER casework_audit_no_truncate ON casework_auditentry;
    DROP TRIGGER casework_audit_no_change ON casework_auditentry;
    DROP FUNCTION casework_audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_trail")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
