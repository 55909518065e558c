import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workers', '0009_documents'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='worker',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='worker',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='worker',
            name='update_update',
        ),
        migrations.AddField(
            model_name='worker',
            name='survivor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='linked', to='workers.worker'),
        ),
        migrations.AddField(
            model_name='workerevent',
            name='survivor',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='workers.worker'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worker',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "workers_workerevent" ("address", "anonymised_at", "birth_on", "birth_place", "employment", "family_card_number", "id", "income", "is_resident", "kelurahan_id", "name", "nik", "occupation_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "registered_at", "registered_by_id", "registry_import_id", "registry_row", "rt", "rw", "sex", "submission_key", "survivor_id") SELECT new_values."address", new_values."anonymised_at", new_values."birth_on", new_values."birth_place", new_values."employment", new_values."family_card_number", new_values."id", new_values."income", new_values."is_resident", new_values."kelurahan_id", new_values."name", new_values."nik", new_values."occupation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', new_values."id", new_values."phone", new_values."registered_at", new_values."registered_by_id", new_values."registry_import_id", new_values."registry_row", new_values."rt", new_values."rw", new_values."sex", new_values."submission_key", new_values."survivor_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='d80f07cf00bc7d457e6454dbbd9d9ba643d41961', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_c492b', referencing='REFERENCING NEW TABLE AS new_values ', table='workers_worker', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worker',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "workers_workerevent" ("address", "anonymised_at", "birth_on", "birth_place", "employment", "family_card_number", "id", "income", "is_resident", "kelurahan_id", "name", "nik", "occupation_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "registered_at", "registered_by_id", "registry_import_id", "registry_row", "rt", "rw", "sex", "submission_key", "survivor_id") SELECT new_values."address", new_values."anonymised_at", new_values."birth_on", new_values."birth_place", new_values."employment", new_values."family_card_number", new_values."id", new_values."income", new_values."is_resident", new_values."kelurahan_id", new_values."name", new_values."nik", new_values."occupation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', new_values."id", new_values."phone", new_values."registered_at", new_values."registered_by_id", new_values."registry_import_id", new_values."registry_row", new_values."rt", new_values."rw", new_values."sex", new_values."submission_key", new_values."survivor_id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."address" IS DISTINCT FROM (new_values."address") OR old_values."anonymised_at" IS DISTINCT FROM (new_values."anonymised_at") OR old_values."birth_on" IS DISTINCT FROM (new_values."birth_on") OR old_values."birth_place" IS DISTINCT FROM (new_values."birth_place") OR old_values."employment" IS DISTINCT FROM (new_values."employment") OR old_values."family_card_number" IS DISTINCT FROM (new_values."family_card_number") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."income" IS DISTINCT FROM (new_values."income") OR old_values."is_resident" IS DISTINCT FROM (new_values."is_resident") OR old_values."kelurahan_id" IS DISTINCT FROM (new_values."kelurahan_id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."nik" IS DISTINCT FROM (new_values."nik") OR old_values."occupation_id" IS DISTINCT FROM (new_values."occupation_id") OR old_values."phone" IS DISTINCT FROM (new_values."phone") OR old_values."registered_at" IS DISTINCT FROM (new_values."registered_at") OR old_values."registered_by_id" IS DISTINCT FROM (new_values."registered_by_id") OR old_values."registry_import_id" IS DISTINCT FROM (new_values."registry_import_id") OR old_values."registry_row" IS DISTINCT FROM (new_values."registry_row") OR old_values."rt" IS DISTINCT FROM (new_values."rt") OR old_values."rw" IS DISTINCT FROM (new_values."rw") OR old_values."sex" IS DISTINCT FROM (new_values."sex") OR old_values."submission_key" IS DISTINCT FROM (new_values."submission_key") OR old_values."survivor_id" IS DISTINCT FROM (new_values."survivor_id")) ) AS new_values, _pgh_attached_context; RETURN NULL;', hash='a8b9e437dc2f382b6e8eae088f0e9cb54ab245f5', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_e2f2c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='workers_worker', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='worker',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "workers_workerevent" ("address", "anonymised_at", "birth_on", "birth_place", "employment", "family_card_number", "id", "income", "is_resident", "kelurahan_id", "name", "nik", "occupation_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "registered_at", "registered_by_id", "registry_import_id", "registry_row", "rt", "rw", "sex", "submission_key", "survivor_id") SELECT old_values."address", old_values."anonymised_at", old_values."birth_on", old_values."birth_place", old_values."employment", old_values."family_card_number", old_values."id", old_values."income", old_values."is_resident", old_values."kelurahan_id", old_values."name", old_values."nik", old_values."occupation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', old_values."id", old_values."phone", old_values."registered_at", old_values."registered_by_id", old_values."registry_import_id", old_values."registry_row", old_values."rt", old_values."rw", old_values."sex", old_values."submission_key", old_values."survivor_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='63d31a165b7f30f77f67f5cfa49c498a078c001b', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_4f139', referencing='REFERENCING OLD TABLE AS old_values ', table='workers_worker', when='AFTER')),
        ),
        AddConstraintNotValid(
            model_name='worker',
            constraint=models.CheckConstraint(condition=models.Q(('survivor', None), models.Q(('survivor', models.F('id')), _negated=True), _connector='OR'), name='workers_worker_survives_another'),
        ),
    ]
