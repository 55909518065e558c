from django.db import migrations

# Other facts are another estimate. Facts may be emptied once their time is over (rule X9); amounts never change.
FORWARDS = """
    CREATE FUNCTION claims_estimate_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        emptied claims_estimate := OLD;
    BEGIN
        emptied.facts := '{}';
        IF TG_OP = 'UPDATE' AND NEW IS NOT DISTINCT FROM emptied THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Estimates never change: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER claims_estimate_no_change BEFORE UPDATE OR DELETE ON claims_estimate
        FOR EACH ROW EXECUTE FUNCTION claims_estimate_refuse();
"""
BACKWARDS = """
    DROP TRIGGER claims_estimate_no_change ON claims_estimate;
    DROP FUNCTION claims_estimate_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0003_estimate")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
