"""Row history: what a row held after each change, also after one by raw SQL, with who caused it (ADR 0009).

Database triggers write it, once per statement, into an append-only table beside the model. The trail tells the deed,
this the values. A save that changes nothing leaves none (AC-W71).
"""

from collections.abc import Callable, Iterable

import pghistory
import pgtrigger
from django.db import models


def keeps_history(*, exclude: Iterable[str] = ()) -> Callable[[type[models.Model]], type[models.Model]]:
    """For a model with personal data. Its rows' past is `<Model>Event`, reached as `row.events`."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
        obj_field=pghistory.ObjForeignKey(related_name="events", db_index=True),
        context_field=pghistory.ContextJSONField(),
        context_id_field=None,
        append_only=True,
        level=pghistory.Statement,
    )


def forget_history(rows: models.QuerySet) -> None:
    """Removes the past of these rows for good: where persons are made unknown, it would say who they were."""
    events = rows.model._meta.get_field("events").related_model
    with pgtrigger.ignore(f"{events._meta.label}:append_only"):
        events.objects.filter(pgh_obj__in=rows.values("pk")).delete()
