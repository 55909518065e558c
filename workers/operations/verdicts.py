"""What is asked of the rows of a registry file, as SQL over a chunk of them, and then over the whole file.

Each row gets its findings and one verdict, the worst of what they mean. staging.py says in which order.
"""

from __future__ import annotations

from workers.registry_file import COLUMNS

COLUMN_LIST = ", ".join(COLUMNS)

TABLES = f"""
    CREATE TEMP TABLE IF NOT EXISTS import_cells (
        row int, width int, {", ".join(f"{column} text" for column in COLUMNS)}
    ) ON COMMIT DELETE ROWS;
    CREATE TEMP TABLE IF NOT EXISTS import_places (
        kode_kelurahan text, kelurahan text, kecamatan text, code text, findings jsonb
    ) ON COMMIT DELETE ROWS;
    CREATE TEMP TABLE IF NOT EXISTS import_occupations (pekerjaan text, code text, findings jsonb)
        ON COMMIT DELETE ROWS;
"""
COPY = f"COPY import_cells FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({COLUMN_LIST}))"

# A cell that workers_tidy would change, told from all cells of a row at once.
UNTIDY = (
    r"'(^|\u001e) | (\u001e|$)|  |[\t-\r\u0085\u00a0\u1680\u2000-\u200a"
    r"\u2028\u2029\u202f\u205f\u3000\u001c\u001d\u001f]'"
)
JOINED = f"concat_ws(chr(30), {COLUMN_LIST})"
TIDY = f"""
    WITH untidy AS (
        SELECT row, {COLUMN_LIST} FROM import_cells WHERE {JOINED} ~ {UNTIDY}
    ), told AS (
        INSERT INTO workers_importfinding (registry_import_id, row, "column", code, value, details)
        SELECT %(pk)s, row, cell.name, 'spaces', left(cell.value, 200), '{{}}'
        FROM untidy CROSS JOIN LATERAL (
            VALUES {", ".join(f"('{column}', {column})" for column in COLUMNS)}
        ) AS cell (name, value)
        WHERE cell.value <> workers_tidy(cell.value) AND workers_tidy(cell.value) <> ''
    )
    UPDATE import_cells SET {", ".join(f"{column} = workers_tidy(import_cells.{column})" for column in COLUMNS)}
    FROM untidy WHERE untidy.row = import_cells.row
"""

# Almost every row is of this kind, and nothing of it needs to be told: the questions below are asked of the others.
CLEAN = r"""
    width = %(width)s AND known_id IS NULL AND place_findings = '[]' AND work_findings = '[]'
    AND nik_flaw IS NULL AND nik = nik_digits AND nik NOT LIKE '%%0000' AND substr(nik, 1, 4) = ANY(%(areas)s)
    AND substr(nik, 7, 2) < '72' AND workers_nik_birth(nik) = to_char(birth, 'DDMMYY')
    AND jenis_kelamin = CASE WHEN substr(nik, 7, 2) > '40' THEN 'P' ELSE 'L' END
    AND birth > %(born_after)s AND birth <= %(on)s AND birth >= '1900-01-01'
    AND tanggal_lahir ~ '^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-[0-9]{4})$'
    AND nama = bare_name AND length(nama) BETWEEN 1 AND 150 AND length(tempat_lahir) <= 80 AND length(alamat) <= 200
    AND (no_kk = '' OR no_kk ~ '^[0-9]{16}$') AND rt ~ '^[0-9]{0,3}$' AND rw ~ '^[0-9]{0,3}$'
    AND (pendapatan = '' OR rupiah IS NOT NULL) AND (no_hp = '' OR no_hp = mobile)
    AND (desil = '' OR rank IS NOT NULL AND desil ~ '^[0-9]{1,2}$' AND no_kk <> '' AND recorded_desil IS NULL)
"""

# Somebody who is not registered, in a file without the columns that a new person needs: one finding says it all.
STRANGER = "%(known_only)s AND known_id IS NULL AND NOT is_blank"
JUDGE = f"""
    WITH cells AS (
        SELECT *, concat({COLUMN_LIST}) = '' AS is_blank,
            workers_clean_nik(nik) AS nik_digits, workers_clean_nik(no_kk) AS kk_digits
        FROM import_cells
    ), heard AS MATERIALIZED (
        SELECT cells.*, place.code AS place, place.findings AS place_findings, work.code AS work,
            work.findings AS work_findings,
            workers_nik_flaw(nik, nik_digits) AS nik_flaw,
            workers_read_date(ltrim(tanggal_lahir, '''')) AS birth,
            CASE
                WHEN jenis_kelamin IN ('L', 'P') THEN jenis_kelamin
                ELSE %(sexes)s::jsonb ->> translate(lower(jenis_kelamin), ' .-/', '')
            END AS said_sex,
            -- The plain forms first: calling a function costs more than all else that is asked of such a cell.
            CASE WHEN pendapatan ~ '^[0-9]{{1,9}}$' THEN pendapatan::int
                WHEN pendapatan <> '' THEN workers_read_rupiah(ltrim(pendapatan, '''')) END AS rupiah,
            CASE WHEN desil IN ('1', '2', '3', '4', '5', '6', '7', '8', '9', '10') THEN desil::int
                WHEN desil <> '' THEN workers_read_desil(ltrim(desil, '''')) END AS rank,
            CASE WHEN no_hp ~ '^08[0-9]{{8,11}}$' THEN no_hp
                WHEN no_hp <> '' THEN workers_read_phone(ltrim(no_hp, '''')) END AS mobile,
            CASE WHEN nama ~* '^(h|hj|kh|k\\.h|drs|dra|dr|ir|prof)[. ]|,' THEN workers_without_titles(nama)
                ELSE nama END AS bare_name,
            CASE WHEN rt ~ '^[0-9]{{3}}$' THEN rt ELSE regexp_replace(rt, '^''?(rt ?\\.? ?)?', '', 'i') END
                AS rt_digits,
            CASE WHEN rw ~ '^[0-9]{{3}}$' THEN rw ELSE regexp_replace(rw, '^''?(rw ?\\.? ?)?', '', 'i') END
                AS rw_digits
        FROM cells
        LEFT JOIN import_places AS place USING (kode_kelurahan, kelurahan, kecamatan)
        LEFT JOIN import_occupations AS work USING (pekerjaan)
    ), met AS MATERIALIZED (
        SELECT heard.*, known.id AS known_id, known.name AS known_name,
            known.kelurahan_id LIKE %(posting)s || '%%' AS known_here,
            CASE WHEN known.id IS NULL OR lower(known.name) = lower(bare_name) OR bare_name = '' THEN 1
                ELSE similarity(known.normal_name, workers_normal_name(bare_name)) END AS alike,
            CASE WHEN known.kelurahan_id LIKE %(posting)s || '%%' THEN jsonb_strip_nulls(jsonb_build_object(
                'family_card_number', workers_change(known.family_card_number, kk_digits),
                'birth_place', workers_change(known.birth_place, tempat_lahir),
                'address', workers_change(known.address, alamat),
                'rt', workers_change(known.rt, CASE WHEN heard.rt <> '' THEN lpad(rt_digits, 3, '0') END),
                'rw', workers_change(known.rw, CASE WHEN heard.rw <> '' THEN lpad(rw_digits, 3, '0') END),
                'kelurahan', workers_change(known.kelurahan_id, heard.place),
                'occupation', workers_change(known.occupation_id, work),
                'income', workers_change(known.income::text, rupiah::text),
                'phone', workers_change(known.phone, mobile)
            )) END AS changes,
            CASE WHEN known.id IS NOT NULL THEN array_remove(ARRAY[
                CASE WHEN bare_name <> '' AND lower(bare_name) <> lower(known.name) THEN 'nama' END,
                CASE WHEN birth <> known.birth_on THEN 'tanggal lahir' END,
                CASE WHEN said_sex <> known.sex THEN 'jenis kelamin' END
            ], NULL) END AS identity,
            recorded.desil AS recorded_desil, gone.exited_on, gone.reason AS exit_reason
        FROM heard
        LEFT JOIN workers_worker AS known ON known.nik = nik_digits AND nik_flaw IS NULL
        LEFT JOIN workers_workerexit AS gone ON gone.worker_id = known.id AND gone.returned_on IS NULL
        LEFT JOIN workers_desilrecord AS recorded
            ON recorded.family_card_number = kk_digits AND recorded.release = %(release)s AND rank IS NOT NULL
    ), found AS MATERIALIZED (
        SELECT row, finding.* FROM (
            SELECT * FROM met WHERE NOT is_blank AND ({CLEAN}) IS NOT TRUE AND NOT ({STRANGER})
        ) AS met CROSS JOIN LATERAL (
            SELECT * FROM (VALUES
                ('', CASE WHEN width <> %(width)s THEN 'wrong_width' END, '', ARRAY[width::text, %(width)s::text]),
                ('nik', nik_flaw, nik, NULL),
                ('nik', CASE WHEN nik_flaw IS NULL AND nik <> nik_digits THEN 'nik_separators' END, nik,
                    ARRAY[nik_digits]),
                ('nik', CASE WHEN nik_flaw IS NULL AND NOT substr(nik_digits, 1, 4) = ANY(%(areas)s)
                    THEN 'nik_unknown_region' END, nik, ARRAY[left(nik_digits, 6)]),
                ('nik', CASE WHEN nik_flaw IS NULL AND known_id IS NULL AND NOT workers_nik_has_birth(nik_digits)
                    THEN 'nik_invalid_date' END, nik, ARRAY[substr(nik_digits, 7, 6)]),
                ('nik', CASE WHEN nik_flaw IS NULL AND workers_nik_has_birth(nik_digits)
                    AND workers_nik_birth(nik_digits) <> to_char(birth, 'DDMMYY')
                    THEN 'nik_birth_mismatch' END, nik, NULL),
                ('nik', CASE WHEN nik_flaw IS NULL AND workers_nik_has_birth(nik_digits)
                    AND said_sex <> CASE WHEN substr(nik_digits, 7, 2) > '40' THEN 'P' ELSE 'L' END
                    THEN 'nik_sex_mismatch' END, nik, NULL),
                ('nik', CASE WHEN nik_flaw IS NULL AND nik_digits LIKE '%%0000' THEN 'nik_sequence_0000' END, nik,
                    NULL),
                ('nik', CASE
                    WHEN known_id IS NULL THEN NULL
                    WHEN known_here IS NOT TRUE THEN 'nik_elsewhere'
                    WHEN alike < %(alike)s THEN 'nik_other_person'
                    WHEN exited_on IS NOT NULL THEN 'nik_exited'
                    WHEN changes <> '{{}}' THEN 'nik_changed'
                    ELSE 'nik_registered'
                END, nik, CASE WHEN exited_on IS NOT NULL THEN ARRAY[to_char(exited_on, 'DD-MM-YYYY'), exit_reason]
                WHEN known_here THEN ARRAY[(
                    SELECT string_agg(coalesce(%(labels)s::jsonb ->> field, field), ', ' ORDER BY field)
                    FROM jsonb_object_keys(changes) AS field
                )] END),
                ('nik', CASE WHEN known_here AND identity <> '{{}}' AND alike >= %(alike)s THEN 'identity_differs' END,
                    nik, ARRAY[array_to_string(identity, ', ')]),
                ('no_kk', CASE
                    WHEN kk_digits IN ('') OR kk_digits ~ '^[0-9]{{16}}$' THEN NULL
                    WHEN workers_nik_flaw(no_kk, kk_digits) = 'nik_excel_rounded' THEN 'family_card_excel_rounded'
                    ELSE 'family_card_number'
                END, no_kk, NULL),
                ('no_kk', CASE WHEN no_kk <> kk_digits AND kk_digits ~ '^[0-9]{{16}}$'
                    THEN 'family_card_separators' END, no_kk, ARRAY[kk_digits]),
                ('nama', CASE WHEN nama = '' AND known_id IS NULL THEN 'required' END, nama, ARRAY['nama']),
                ('nama', CASE WHEN length(nama) > 150 THEN 'too_long' END, nama, ARRAY[length(nama)::text, '150']),
                ('nama', CASE WHEN nama <> bare_name THEN 'title' END, nama, ARRAY[bare_name]),
                ('jenis_kelamin', CASE WHEN said_sex IS NULL AND NOT (known_id IS NOT NULL AND jenis_kelamin = '')
                    THEN 'sex' END, jenis_kelamin, NULL),
                ('jenis_kelamin', CASE WHEN said_sex <> upper(jenis_kelamin) THEN 'sex_word' END, jenis_kelamin,
                    ARRAY[said_sex]),
                ('tempat_lahir', CASE WHEN length(tempat_lahir) > 80 THEN 'too_long' END, tempat_lahir,
                    ARRAY[length(tempat_lahir)::text, '80']),
                ('tanggal_lahir', CASE
                    WHEN tanggal_lahir = '' THEN CASE WHEN known_id IS NULL THEN 'birth_missing' END
                    WHEN birth IS NULL THEN 'birth_date'
                    WHEN birth > %(on)s THEN 'born_in_future'
                    WHEN birth < '1900-01-01' THEN 'birth_date'
                    WHEN birth <= %(born_after)s AND known_id IS NULL THEN 'too_old'
                    WHEN tanggal_lahir !~ '^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|[0-9]{{2}}-[0-9]{{2}}-[0-9]{{4}})$'
                    THEN 'birth_form'
                END, tanggal_lahir, ARRAY[to_char(birth, 'DD-MM-YYYY')]),
                ('alamat', CASE WHEN length(alamat) > 200 THEN 'too_long' END, alamat,
                    ARRAY[length(alamat)::text, '200']),
                ('rt', CASE WHEN rt <> '' AND rt_digits !~ '^[0-9]{{1,3}}$' THEN 'rt' END, rt, NULL),
                ('rw', CASE WHEN rw <> '' AND rw_digits !~ '^[0-9]{{1,3}}$' THEN 'rw' END, rw, NULL),
                ('pendapatan', CASE WHEN pendapatan <> '' AND rupiah IS NULL THEN 'income' END, pendapatan, NULL),
                ('desil', CASE
                    WHEN desil = '' THEN NULL
                    WHEN rank IS NULL THEN 'desil'
                    WHEN kk_digits = '' THEN 'family_card_missing'
                    WHEN recorded_desil <> rank THEN 'desil_differs'
                    WHEN desil !~ '^[0-9]{{1,2}}$' THEN 'desil_form'
                END, desil, CASE WHEN recorded_desil <> rank THEN ARRAY[recorded_desil::text, %(release)s]
                    ELSE ARRAY[rank::text] END),
                ('no_hp', CASE WHEN no_hp <> '' AND mobile IS NULL THEN 'phone' END, no_hp, NULL),
                ('no_hp', CASE WHEN mobile <> no_hp THEN 'phone_form' END, no_hp, ARRAY[mobile])
            ) AS cell ("column", code, value, details) WHERE code IS NOT NULL
            UNION ALL
            SELECT word ->> 0, word ->> 1,
                CASE word ->> 0 WHEN 'kode_kelurahan' THEN kode_kelurahan WHEN 'kelurahan' THEN kelurahan
                    ELSE kecamatan END,
                ARRAY(SELECT jsonb_array_elements_text(word -> 2))
            FROM jsonb_array_elements(place_findings) AS word
            WHERE NOT (known_id IS NOT NULL AND word ->> 1 = 'place_missing')
            UNION ALL
            SELECT word ->> 0, word ->> 1, pekerjaan, ARRAY(SELECT jsonb_array_elements_text(word -> 2))
            FROM jsonb_array_elements(work_findings) AS word
            WHERE NOT (known_id IS NOT NULL AND word ->> 1 = 'required')
        ) AS finding
        UNION ALL
        SELECT row, 'nik', coalesce(nik_flaw, 'nik_not_registered'), nik, NULL FROM met WHERE {STRANGER}
    ), told AS (
        INSERT INTO workers_importfinding (registry_import_id, row, "column", code, value, details)
        SELECT %(pk)s, row, "column", code, left(value, 200), coalesce(details, '{{}}') FROM found
    ), worst AS (
        SELECT row, max(array_position(%(worst_last)s, %(verdicts)s::jsonb ->> code)) AS worst
        FROM (
            SELECT row, code FROM found
            UNION ALL SELECT row, code FROM workers_importfinding
            WHERE registry_import_id = %(pk)s AND row BETWEEN %(first)s AND %(last)s
        ) AS codes GROUP BY row
    ), staged AS (
        INSERT INTO workers_stagedrow (
            registry_import_id, row, verdict, nik, family_card_number, name, birth_place, birth_on, sex, address, rt,
            rw, kelurahan_id, occupation_id, income, phone, desil, known_id, changes, decision
        )
        SELECT %(pk)s, row,
            CASE WHEN is_blank THEN 'blank' ELSE coalesce((%(worst_last)s)[worst.worst], 'accepted') END,
            CASE WHEN nik_flaw IS NULL THEN nik_digits ELSE '' END,
            CASE WHEN kk_digits ~ '^[0-9]{{16}}$' THEN kk_digits ELSE '' END,
            left(bare_name, 150), left(tempat_lahir, 80), birth, coalesce(said_sex, ''), left(alamat, 200),
            CASE WHEN rt_digits ~ '^[0-9]{{1,3}}$' THEN lpad(rt_digits, 3, '0') ELSE '' END,
            CASE WHEN rw_digits ~ '^[0-9]{{1,3}}$' THEN lpad(rw_digits, 3, '0') ELSE '' END,
            place, work, rupiah, coalesce(mobile, ''), rank, known_id, nullif(changes, '{{}}'), ''
        FROM met LEFT JOIN worst USING (row)
        RETURNING verdict
    )
    SELECT verdict, count(*) FROM staged GROUP BY verdict
"""

TWICE = """
    WITH twice AS (
        SELECT nik, array_agg(row ORDER BY row) AS rows FROM workers_stagedrow
        WHERE registry_import_id = %(pk)s AND nik <> '' GROUP BY nik HAVING count(*) > 1
    ), told AS (
        INSERT INTO workers_importfinding (registry_import_id, row, "column", code, value, details)
        SELECT %(pk)s, row, 'nik', 'nik_twice', nik, ARRAY[array_to_string((array_remove(rows, row))[:10], ', ')]
        FROM twice CROSS JOIN LATERAL unnest(rows) AS row
    )
    UPDATE workers_stagedrow AS staged SET verdict = 'duplicate'
    FROM twice CROSS JOIN LATERAL unnest(twice.rows) AS again
    WHERE registry_import_id = %(pk)s AND staged.row = again AND verdict = ANY(%(milder)s)
"""
DESIL_DIFFERS = """
    WITH families AS (
        SELECT family_card_number, string_agg(DISTINCT lpad(desil::text, 2), ',') AS told FROM workers_stagedrow
        WHERE registry_import_id = %(pk)s AND family_card_number <> '' AND desil IS NOT NULL
        GROUP BY family_card_number HAVING min(desil) <> max(desil)
    ), told AS (
        INSERT INTO workers_importfinding (registry_import_id, row, "column", code, value, details)
        SELECT %(pk)s, row, 'desil', 'desil_differs_in_file', desil::text,
            ARRAY[replace(replace(families.told, ' ', ''), ',', ', ')]
        FROM families JOIN workers_stagedrow AS staged USING (family_card_number)
        WHERE staged.registry_import_id = %(pk)s AND desil IS NOT NULL
    )
    UPDATE workers_stagedrow AS staged SET verdict = 'refused' FROM families
    WHERE registry_import_id = %(pk)s AND staged.family_card_number = families.family_card_number
        AND desil IS NOT NULL
"""
COUNT = "SELECT verdict, count(*) FROM workers_stagedrow WHERE registry_import_id = %(pk)s GROUP BY verdict"
SWAPPED = """
    SELECT count(*) FILTER (WHERE nik = family_card_number) * 100 >= %(percent)s * greatest(count(*), 1)
    FROM workers_stagedrow WHERE registry_import_id = %(pk)s AND nik <> ''
"""
