from django.db import migrations

FORWARDS = """
    -- Fires at commit, so the head is locked for the commit alone and a long transaction holds up nobody (ADR 0007).
    -- Runs as the owner: whoever may add an entry needs no right to the chain. Fails the commit rather than skip.
    CREATE FUNCTION casework_audit_link() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    DECLARE
        link casework_audithead;
    BEGIN
        INSERT INTO casework_audithead AS head (id, number, hash)
        VALUES (1, 1, encode(sha256(convert_to(repeat('0', 64) || ' 1 ' || NEW.digest, 'UTF8')), 'hex'))
        ON CONFLICT (id) DO UPDATE SET
            number = head.number + 1,
            hash = encode(
                sha256(convert_to(head.hash || ' ' || (head.number + 1) || ' ' || NEW.digest, 'UTF8')), 'hex'
            )
        RETURNING * INTO STRICT link;
        INSERT INTO casework_auditlink (number, entry_id, hash) VALUES (link.number, NEW.id, link.hash);
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER casework_audit_link AFTER INSERT ON casework_auditentry
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION casework_audit_link();
"""
BACKWARDS = """
    DROP TRIGGER casework_audit_link ON casework_auditentry;
    DROP FUNCTION casework_audit_link();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_trail_is_append_only")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
