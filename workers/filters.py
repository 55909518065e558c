"""What a list of workers can be narrowed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django import forms
from django.db.models import Value
from django.db.models.functions import Concat, Lower
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from accounts.models import User
from casework.paging import COUNTED, PAGE_SIZE, Order
from regions.models import Region, RegionLevel
from ui.forms import FilterForm
from workers.enums import MAXIMUM_DESIL, MembershipState, Standing
from workers.models import Occupation, Policy, Worker
from workers.querysets import BY_KELURAHAN

SORTS = {
    "name": Order(Lower("name"), "pk"),
    "kelurahan": Order(BY_KELURAHAN, Lower("name"), "pk"),  # kecamatan by kecamatan, as the official codes go
    "registered_at": Order("registered_at", "pk"),
}
# The same order by no index: names that are alike stand together, so that reading on by name from A until 25 of them
# have come takes a hundred times what finding and sorting all of them takes.
FOUND_BY_NAME = Order(Concat(Lower("name"), Value("")), "pk")
COUNTED_ONE_BY_ONE = 1_000
COVER = [("covered", "Peserta hari ini"), ("uncovered", "Bukan peserta hari ini"), *MembershipState.choices]
DESIL_UNKNOWN = "none"
DESIL = [
    *((str(desil), f"Desil {desil}") for desil in range(1, MAXIMUM_DESIL + 1)),
    (DESIL_UNKNOWN, "Desil belum tercatat"),
]
ELIGIBILITY = [("eligible", "Layak"), ("not_eligible", "Belum layak")]


def kecamatan_of(user):
    """Those of the user's region of duty; one at most for officers below the city."""
    region = user.region_id or ""
    within = Region.objects.filter(level=RegionLevel.KECAMATAN, code__startswith=region)
    return within.order_by("name")


def kelurahan_of(user):
    """Within the user's region of duty; for those without one, in the whole city."""
    within = Region.objects.filter(level=RegionLevel.KELURAHAN, code__startswith=user.region_id or "")
    return within.select_related("parent").order_by("parent__name", "name")


class WorkerListForm(FilterForm):
    def clean_q(self) -> str:
        """A NIK is never searched here, because what is searched stands in the address."""
        name = self.cleaned_data["q"].strip()
        if any(sign.isdigit() for sign in name):
            raise forms.ValidationError("Cari dengan nama. Untuk memeriksa NIK, pakai halaman Daftarkan.")
        return name


class KelurahanField(forms.ModelChoiceField):
    def label_from_instance(self, region: Region) -> str:
        return f"{region.name}, {region.parent.name}"


class KelurahanFilter(ModelChoiceFilter):
    field_class = KelurahanField


@dataclass(frozen=True)
class Asking:
    """Stands for the request, of which the filter wants no more: a background worker has none."""

    user: User


class WorkerFilter(FilterSet):
    """Over workers visible to a user. An invalid term gives no worker, never all of them."""

    q = CharFilter(method="by_name", label="Nama pekerja")
    kecamatan = ModelChoiceFilter(
        queryset=lambda request: kecamatan_of(request.user),
        method="by_kecamatan",
        label="Kecamatan",
        empty_label="Semua",
    )
    kelurahan = KelurahanFilter(
        queryset=lambda request: kelurahan_of(request.user), label="Kelurahan", empty_label="Semua"
    )
    occupation = ModelChoiceFilter(queryset=Occupation.objects.all(), label="Pekerjaan", empty_label="Semua")
    standing = ChoiceFilter(choices=Standing.choices, method="by_standing", label="Status", empty_label="Semua")
    desil = ChoiceFilter(choices=DESIL, method="by_desil", label="Desil", empty_label="Semua")
    eligibility = ChoiceFilter(choices=ELIGIBILITY, method="by_eligibility", label="Kelayakan", empty_label="Semua")
    membership = ChoiceFilter(choices=COVER, method="by_membership", label="Kepesertaan", empty_label="Semua")
    sort = ChoiceFilter(
        choices=[(f"{sign}{name}", name) for name in SORTS for sign in ("", "-")],
        method="unchanged",  # see `order`
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Worker
        form = WorkerListForm
        fields = []

    @classmethod
    def asked_by(cls, user: User, terms: Mapping[str, str]) -> WorkerFilter:
        return cls(terms, Worker.objects.visible_to(user), request=Asking(user))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.on: date = timezone.localdate()
        below_city = (self.request.user.region_id or "").count(".") - 1  # 73.71.09 is one level below
        if below_city >= 1:
            del self.filters["kecamatan"]
        if below_city == 2:
            del self.filters["kelurahan"]

    def by_name(self, workers, name: str, value: str):
        """When a page of people hold the name as typed, those whose name merely sounds like it are left out."""
        holding = workers.holding(value)
        return holding if holding.order_by().values("pk")[PAGE_SIZE : PAGE_SIZE + 1].exists() else workers.named(value)

    def by_kecamatan(self, workers, name: str, value: Region):
        return workers.within(value.pk)

    def by_standing(self, workers, name: str, value: str):
        return workers.standing(Standing(value))

    def by_desil(self, workers, name: str, value: str):
        release = Policy.objects.in_force(self.on).release
        return workers.of_desil(None if value == DESIL_UNKNOWN else int(value), release=release)

    def by_eligibility(self, workers, name: str, value: str):
        policy = Policy.objects.in_force(self.on)
        return workers.eligible(policy, self.on) if value == "eligible" else workers.ineligible(policy, self.on)

    def by_membership(self, workers, name: str, value: str):
        match value:
            case "covered":
                return workers.covered(self.on)
            case "uncovered":
                return workers.uncovered(self.on)
        return workers.in_state(MembershipState(value), self.on)

    def unchanged(self, workers, name: str, value: str):
        return workers

    @property
    def found(self):
        return self.qs if self.form.is_valid() else self.queryset.none()

    @property
    def sorted_by(self) -> str:
        """The column sorted by, with a minus when it falls."""
        return (self.form.is_valid() and self.form.cleaned_data["sort"]) or "name"

    @property
    def order(self) -> Order:
        column = self.sorted_by.removeprefix("-")
        order = FOUND_BY_NAME if column == "name" and "q" in self.terms else SORTS[column]
        return reversed(order) if self.sorted_by.startswith("-") else order

    @property
    def counted(self) -> int:
        """How far to count: those of a region or a kind of work stand in an index, the others are judged one by one."""
        return (
            COUNTED_ONE_BY_ONE
            if self.terms.keys() & {"q", "standing", "desil", "eligibility", "membership"}
            else COUNTED
        )

    @property
    def terms(self) -> dict[str, str]:
        """The terms in force in words, by their parameter: {"kelurahan": "Tamamaung, Panakkukang"}."""
        return dict(self.form.words()) if self.form.is_valid() else {}
