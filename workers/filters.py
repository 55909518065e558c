"""What a list of workers can be narrowed by."""

from django import forms
from django.db.models import F
from django.db.models.functions import Lower
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from regions.models import Region, RegionLevel
from ui.forms import FilterForm
from workers.enums import MembershipState
from workers.models import Occupation, Worker

SORTS = {"name": Lower("name"), "kelurahan": F("kelurahan__name"), "registered_at": F("registered_at")}


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


class WorkerFilter(FilterSet):
    """Over workers with list data. An invalid term gives no worker, never all of them."""

    q = CharFilter(method="named", label="Nama pekerja")
    kelurahan = KelurahanFilter(
        queryset=lambda request: kelurahan_of(request.user), label="Kelurahan", empty_label="Semua"
    )
    occupation = ModelChoiceFilter(queryset=Occupation.objects.all(), label="Pekerjaan", empty_label="Semua")
    membership = ChoiceFilter(
        field_name="membership_state", choices=MembershipState.choices, label="Kepesertaan", empty_label="Semua"
    )

    sort = ChoiceFilter(
        choices=[(f"{sign}{name}", name) for name in SORTS for sign in ("", "-")],
        method="sorted_by",
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Worker
        form = WorkerListForm
        fields = []

    def named(self, workers, name: str, value: str):
        return workers.named(value)

    def sorted_by(self, workers, name: str, value: str):
        by = SORTS[value.removeprefix("-")]
        return workers.order_by(by.desc() if value.startswith("-") else by.asc(), "pk")

    @property
    def found(self):
        return self.qs if self.form.is_valid() else self.queryset.none()

    @property
    def terms(self) -> dict[str, str]:
        """The terms in force, as their parameter and in words: {"kelurahan": "Tamamaung, Panakkukang"}."""
        if not self.form.is_valid():
            return {}
        chosen = {name: value for name, value in self.form.cleaned_data.items() if value and name != "sort"}
        return {name: self._word(name, value) for name, value in chosen.items()}

    def _word(self, name: str, value) -> str:
        match name:
            case "kelurahan":
                return f"{value.name}, {value.parent.name}"
            case "membership":
                return MembershipState(value).label
        return str(value)
