from django.db import migrations

FORWARDS = """
    CREATE FUNCTION casework_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'The trail is append-only: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END $$;

    -- Personal text may be emptied, each field with its digest in the place of its salt; nothing else may change.
    CREATE FUNCTION casework_audit_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        before jsonb := to_jsonb(OLD);
        after jsonb := to_jsonb(NEW);
        field text;
    BEGIN
        FOREACH field IN ARRAY ARRAY['actor_name', 'address', 'note', 'facts'] LOOP
            IF after->field IN ('""', '{}') AND after->'digests' ? field AND NOT after->'salts' ? field THEN
                before := before - field #- ARRAY['salts', field] #- ARRAY['digests', field];
                after := after - field #- ARRAY['digests', field];
            END IF;
        END LOOP;
        IF before <> after THEN
            RAISE EXCEPTION 'The trail is append-only: % refused', TG_OP
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END $$;

    CREATE TRIGGER casework_audit_no_delete BEFORE DELETE ON casework_auditentry
        FOR EACH ROW EXECUTE FUNCTION casework_audit_refuse();
    CREATE TRIGGER casework_audit_only_erase BEFORE UPDATE ON casework_auditentry
        FOR EACH ROW EXECUTE FUNCTION casework_audit_only_erase();
    CREATE TRIGGER casework_audit_no_truncate BEFORE TRUNCATE ON casework_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION casework_audit_refuse();
    CREATE TRIGGER casework_audit_no_change BEFORE UPDATE OR DELETE ON casework_auditlink
        FOR EACH ROW EXECUTE FUNCTION casework_audit_refuse();
    CREATE TRIGGER casework_audit_no_truncate BEFORE TRUNCATE ON casework_auditlink
        FOR EACH STATEMENT EXECUTE FUNCTION casework_audit_refuse();
"""
BACKWARDS = """
    DROP TRIGGER casework_audit_no_truncate ON casework_auditlink;
    DROP TRIGGER casework_audit_no_change ON casework_auditlink;
    DROP TRIGGER casework_audit_no_truncate ON casework_auditentry;
    DROP TRIGGER casework_audit_only_erase ON casework_auditentry;
    DROP TRIGGER casework_audit_no_delete ON casework_auditentry;
    DROP FUNCTION casework_audit_only_erase();
    DROP FUNCTION casework_audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_trail")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
