from django.db import migrations

FORWARDS = r"""
    -- What cells of registry files say. Each function has a twin in Python, and a test that puts random text to both.

    CREATE FUNCTION workers_tidy(cell text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT btrim(regexp_replace(cell, '[\s\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u001c-\u001f]+', ' ', 'g'))
    $$;

    CREATE FUNCTION workers_clean_nik(cell text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT translate(cell, ' .-''’`' || chr(160) || chr(9), '')
    $$;

    -- Why these are not the digits of a NIK; null when they are.
    CREATE FUNCTION workers_nik_flaw(cell text, digits text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE
            WHEN digits ~ '^[0-9]{16}$' THEN NULL
            WHEN digits = '' THEN 'nik_empty'
            WHEN cell ~ '^[0-9]([.,][0-9]+)?[eE]\+?[0-9]{1,2}$' THEN 'nik_excel_rounded'
            WHEN digits !~ '^[0-9]+$' THEN 'nik_not_digits'
            ELSE 'nik_length'
        END
    $$;

    CREATE FUNCTION workers_is_date(year int, month int, day int) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT year BETWEEN 1 AND 9999 AND month BETWEEN 1 AND 12 AND day BETWEEN 1 AND CASE
            WHEN month IN (4, 6, 9, 11) THEN 30
            WHEN month <> 2 THEN 31
            WHEN year % 4 = 0 AND (year % 100 <> 0 OR year % 400 = 0) THEN 29
            ELSE 28
        END
    $$;

    -- Whether the digits name a day of this or the last century (rules N1, N2). Sixteen digits only.
    CREATE FUNCTION workers_nik_has_birth(digits text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
        day int := substr(digits, 7, 2)::int;
    BEGIN
        IF day > 40 THEN
            day := day - 40;
        END IF;
        RETURN workers_is_date(2000 + substr(digits, 11, 2)::int, substr(digits, 9, 2)::int, day);
    END $$;

    -- DDMMYY of the birth date in a NIK, a woman's day as a man's.
    CREATE FUNCTION workers_nik_birth(digits text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT lpad((substr(digits, 7, 2)::int % 40)::text, 2, '0') || substr(digits, 9, 4)
    $$;

    -- [old, new] where a cell would change what is known; a blank one keeps it (AC-I32).
    CREATE FUNCTION workers_change(old text, new text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN new <> '' AND lower(new) <> lower(coalesce(old, '')) THEN jsonb_build_array(old, new) END
    $$;

    -- Day, month, year, or a year of four digits first; null for what is no day of the calendar (AC-I7, AC-I8).
    CREATE FUNCTION workers_read_date(cell text) RETURNS date LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
        part text[];
    BEGIN
        IF cell ~ '^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}([ T]00:00(:00)?)?$' THEN
            part := string_to_array(translate(split_part(translate(cell, 'T', ' '), ' ', 1), '/.', '--'), '-');
        ELSIF cell ~ '^0*[0-9]{1,2}[-/. ]0*[0-9]{1,2}[-/. ][0-9]{4}$' THEN
            part := string_to_array(translate(cell, '/. ', '---'), '-');
            part := ARRAY[part[3], part[2], part[1]];
        ELSE
            RETURN NULL;
        END IF;
        IF workers_is_date(part[1]::int, part[2]::int, part[3]::int) THEN
            RETURN make_date(part[1]::int, part[2]::int, part[3]::int);
        END IF;
        RETURN NULL;
    END $$;

    -- One stored form, 08…; null for what is no mobile number (AC-I11).
    CREATE FUNCTION workers_read_phone(cell text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
        digits text := translate(cell, ' .-()', '');
    BEGIN
        digits := CASE
            WHEN digits LIKE '08%' THEN digits
            WHEN digits LIKE '8%' THEN '0' || digits
            WHEN digits LIKE '628%' THEN '0' || substr(digits, 3)
            WHEN digits LIKE '+628%' THEN '0' || substr(digits, 4)
        END;
        RETURN CASE WHEN digits ~ '^08[0-9]{8,11}$' THEN digits END;
    END $$;

    -- Rupiah a month without cents; null for anything else (AC-I13).
    CREATE FUNCTION workers_read_rupiah(cell text) RETURNS int LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN
        IF cell ~ '^[0-9]{1,9}$' THEN
            RETURN cell::int;
        ELSIF cell ~* '^(rp\.? ?)?([0-9]{1,9}|[0-9]{1,3}(\.[0-9]{3}){1,2})$' THEN
            RETURN translate(lower(cell), 'rp. ', '')::int;
        END IF;
        RETURN NULL;
    END $$;

    -- "3", "D3", "desil 3", "III"; null for anything else.
    CREATE FUNCTION workers_read_desil(cell text) RETURNS int LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
        said text;
    BEGIN
        IF cell ~ '^0?[1-9]$' OR cell = '10' THEN
            RETURN cell::int;
        END IF;
        said := regexp_replace(lower(cell), '^(desil|d)[ .:-]*', '');
        IF said ~ '^0?[1-9]$' OR said = '10' THEN
            RETURN said::int;
        END IF;
        RETURN array_position(ARRAY['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x'], said);
    END $$;

    -- The name without what is no part of it on the KTP: H., Hj., Drs. before, degrees after a comma.
    CREATE FUNCTION workers_without_titles(name text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    DECLARE
        bare text := name;
    BEGIN
        IF strpos(bare, ',') > 0 THEN
            bare := regexp_replace(bare, '( ?, ?[A-Za-z][A-Za-z]{0,5}(\.[ ]?[A-Za-z]{1,7}){0,3}\.?)+$', '');
        END IF;
        IF bare ~* '^(h|hj|kh|k\.h|drs|dra|dr|ir|prof)[. ]' THEN
            bare := regexp_replace(bare, '^((h|hj|kh|k\.h|drs|dra|dr|ir|prof)(\. ?| ))+', '', 'i');
        END IF;
        RETURN CASE WHEN bare ~ '[[:alpha:]]{2}' THEN bare ELSE name END;
    END $$;
"""
BACKWARDS = """
    DROP FUNCTION workers_without_titles(text);
    DROP FUNCTION workers_read_desil(text);
    DROP FUNCTION workers_read_rupiah(text);
    DROP FUNCTION workers_read_phone(text);
    DROP FUNCTION workers_read_date(text);
    DROP FUNCTION workers_change(text, text);
    DROP FUNCTION workers_nik_birth(text);
    DROP FUNCTION workers_nik_has_birth(text);
    DROP FUNCTION workers_is_date(int, int, int);
    DROP FUNCTION workers_nik_flaw(text, text);
    DROP FUNCTION workers_clean_nik(text);
    DROP FUNCTION workers_tidy(text);
"""


class Migration(migrations.Migration):
    dependencies = [("workers", "0015_desil_families")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
