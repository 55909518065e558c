from datetime import date, timedelta

import django_filters
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Hospital
from accounts.roles import Role
from claims.enums import ClaimStatus, InstalmentKind
from claims.models import Claim, Instalment
from ui.forms import FilterForm


def recent_months() -> list[tuple[str, str]]:
    """The last twelve, newest first: ("2026-11", "November 2026")."""
    today = timezone.localdate()
    months = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(12)]
    return [(f"{year}-{month + 1:02d}", date_format(date(year, month + 1, 1), "F Y")) for year, month in months]


class ClaimFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(label="Status", choices=ClaimStatus.choices, empty_label="Semua")
    turn = django_filters.ChoiceFilter(
        label="Giliran", choices=[("mine", "Giliran Anda")], empty_label="Semua", method="by_turn"
    )
    month = django_filters.ChoiceFilter(
        label="Bulan laporan", choices=recent_months, empty_label="Semua", method="by_month"
    )
    clock = django_filters.ChoiceFilter(
        label="Tenggat tahap I",
        choices=[("past", "Sudah lewat"), ("near", "Kurang dari 24 jam")],
        empty_label="Semua",
        method="by_clock",
    )
    hospital = django_filters.ModelChoiceFilter(
        label="Rumah sakit",
        queryset=lambda request: Hospital.objects.filter(claims__isnull=False).distinct(),
        empty_label="Semua",
    )

    class Meta:
        model = Claim
        fields = ["status", "turn", "month", "clock", "hospital"]
        form = FilterForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.request.user.role != Role.ADMIN:
            del self.filters["hospital"]

    def by_turn(self, claims, name, value):
        return claims.filter(is_my_turn=True)

    def by_clock(self, claims, name, value):
        """A case is on one of the two lists until a hospital takes the patient in."""
        now = timezone.now()
        return claims.past_stage_1(now=now) if value == "past" else claims.near_stage_1(now=now)

    def by_month(self, claims, name, value):
        year, month = value.split("-")
        return claims.filter(reported_at__year=int(year), reported_at__month=int(month))


SOON = timedelta(days=14)  # how long before its day something periodic is announced


class InstalmentFilter(django_filters.FilterSet):
    """Without a choice: what can be asked for today."""

    kind = django_filters.ChoiceFilter(label="Jenis", choices=InstalmentKind.choices, empty_label="Semua")
    state = django_filters.ChoiceFilter(
        label="Waktu",
        choices=[("coming", "Segera"), ("asked", "Sudah diajukan")],
        empty_label="Sekarang",
        method="by_state",
    )

    class Meta:
        model = Instalment
        fields = ["kind", "state"]
        form = FilterForm

    def by_state(self, parts, name, value):
        return parts

    def filter_queryset(self, queryset):
        parts, today = super().filter_queryset(queryset), timezone.localdate()
        match self.form.cleaned_data.get("state"):
            case "asked":
                return parts.exclude(asked_on=None)
            case "coming":
                return parts.coming(after=today, until=today + SOON)
        return parts.open_on(today)
