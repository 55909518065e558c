from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from casework.models import Kind
from ui.forms import FilterForm

SAY_DATE = {"invalid": "Tulis tanggal seperti 24-11-2026."}


class TrailFilter(FilterForm):
    """Who, what and when. `actor` and `before` come from links of the page, not from typing."""

    name = forms.CharField(
        label="Nama pelaku", max_length=150, required=False, widget=forms.TextInput({"type": "search"})
    )
    kind = forms.ChoiceField(label="Jenis", choices=[("", "Semua"), *Kind.choices], required=False)
    since = forms.DateField(label="Sejak tanggal", required=False, error_messages=SAY_DATE)
    until = forms.DateField(label="Sampai tanggal", required=False, error_messages=SAY_DATE)
    actor = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, widget=forms.HiddenInput)
    before = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False, widget=forms.HiddenInput)

    def asked(self) -> dict:
        """The arguments of read_trail; days become moments in WITA, the last day counting whole."""
        given = dict(self.cleaned_data)
        since, until = given.pop("since"), given.pop("until")
        return given | {
            "start": since and start_of(since),
            "end": until and start_of(until + timedelta(days=1)),
        }

    def words(self) -> list[tuple[str, str]]:
        """Each filter that is set, as its pill says it."""
        say = {
            "name": lambda name: f"Pelaku: {name}",
            "actor": lambda _: "Satu pelaku saja",
            "kind": lambda kind: f"Jenis: {Kind(kind).label}",
            "since": lambda day: f"Sejak {date_format(day, 'j M Y')}",
            "until": lambda day: f"Sampai {date_format(day, 'j M Y')}",
        }
        return [(field, words(self.cleaned_data[field])) for field, words in say.items() if self.cleaned_data[field]]


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())
