"""What may be typed about a claim. Whether a deed is allowed is a rule, not a form error."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms

from accounts.models import Hospital
from casework.decisions import Refused
from claims.benefits import SCHEDULES, Child, Disability, Facts, HomeCare, Prosthesis, Trip, levels_from
from claims.enums import Cause, DeathStatus, Hand, Heir, Outcome, SchoolLevel, TransportMode
from claims.models import Claim
from claims.triage import QUESTIONS, Triage
from enrollment.rules import CITY_BASE, INCOME_BASES
from ui.forms import DatePartsField, DateTimePartsField, FilterForm, PortalForm, RadioCards, RupiahField
from ui.templatetags.ui import rupiah

# Where a refusal is told: at the field that would change it.
FIELD_OF = {
    "accident_in_the_future": "accident_at",
    "accident_after_report": "accident_at",
    "accident_after_care": "accident_at",
    "lapsed": "accident_at",
    "already_reported": "accident_at",
    "single_vehicle_not_in_traffic": "is_single_vehicle",
    "disease_in_traffic": "is_disease",
    "no_agreement": "hospital",
    "same_hospital": "hospital",
    "care_before_accident": "care_from",
    "care_from_in_the_future": "care_from",
    "care_ends_before_it_began": "care_to",
    "care_to_in_the_future": "care_to",
    "care_end_unknown": "care_to",
    "still_treated_has_an_end": "care_to",
    "reason_missing": "note",
    "asked_in_the_future": "asked_on",
    "not_open_yet": "asked_on",
    "closed": "asked_on",
    "entitlement_not_confirmed": "is_entitled",
    "exit_in_future": "died_on",
    "exit_before_birth": "died_on",
    "accident_not_reported": "cause",
}


class ClaimForm(PortalForm):
    def refuse(self, refused: Refused) -> None:
        """Tells each reason at its field, or above the form."""
        for reason in refused.reasons:
            field = FIELD_OF.get(reason.code)
            self.add_error(field if field in self.fields else None, str(reason))

    def show_latest(self, claim: Claim) -> None:
        """The page shows the facts anew after a refusal. Only a signature depends on what it shows."""


class SourceForm(PortalForm):
    """The address of the report page: a coverage answer or a worker."""

    check = forms.CharField(max_length=12, required=False)
    worker = forms.UUIDField(required=False)


def _answer(name: str, **kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=Claim._meta.get_field(name).verbose_name,
        choices=[("", "Belum tahu"), ("yes", "Ya"), ("no", "Tidak")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        **kwargs,
    )


class TriageForm(ClaimForm):
    """Six short questions; who does not know leaves them."""

    at_work = _answer("at_work")
    on_ordered_task = _answer("on_ordered_task", help_text="Contoh: mengantar barang untuk pembeli.")
    on_usual_way = _answer("on_usual_way")
    in_traffic = _answer("in_traffic")
    is_single_vehicle = _answer("is_single_vehicle", help_text="Hanya untuk kecelakaan lalu lintas.")
    is_disease = _answer("is_disease", help_text="Contoh: sesak napas karena debu kayu bertahun-tahun.")

    def clean(self) -> dict[str, Any]:
        """The six answers as one."""
        cleaned = super().clean()
        answers = {name: cleaned.pop(name) for name in QUESTIONS if name in cleaned}
        return cleaned | {"triage": Triage(**answers)}

    @staticmethod
    def initial_of(triage: Triage) -> dict[str, str]:
        words = {True: "yes", False: "no", None: ""}
        return {name: words[getattr(triage, name)] for name in QUESTIONS}


class ReportForm(TriageForm):
    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    accident_at = DateTimePartsField(label="Kapan kejadiannya?", help_text="Waktu Makassar. Contoh jam: 13.40.")
    place = forms.CharField(label="Tempat kejadian", max_length=200, help_text="Nama jalan, pasar, atau lokasi kerja.")
    cause = forms.CharField(label="Penyebab", max_length=200, help_text="Contoh: tertabrak motor, jatuh dari tangga.")
    chronology = forms.CharField(
        label="Kronologi",
        max_length=2000,
        help_text="Apa yang sedang dikerjakan, apa yang terjadi, bagian tubuh mana yang terluka.",
        widget=forms.Textarea({"rows": 5}),
    )
    informant_name = forms.CharField(
        label="Nama pelapor", max_length=150, help_text="Orang yang dapat ditanya tentang kejadian ini."
    )
    informant_phone = forms.CharField(
        label="Nomor HP pelapor", max_length=20, widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"})
    )

    @property
    def notice(self) -> list[forms.BoundField]:
        """The least that a report says (rule A5)."""
        return [field for field in self.visible_fields() if field.name not in QUESTIONS]

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in QUESTIONS]

    @property
    def is_asking(self) -> bool:
        """Whether one of the questions has an answer or a fault to show."""
        return any(field.value() or field.errors for field in self.questions)

    def clean_informant_phone(self) -> str:
        return _phone(self.cleaned_data["informant_phone"])


class DeathForm(ClaimForm):
    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    died_on = DatePartsField(label="Tanggal meninggal", help_text="Seperti pada surat keterangan kematian.")
    cause = forms.ChoiceField(label="Penyebab", choices=Cause.choices, widget=RadioCards)
    informant_name = forms.CharField(
        label="Nama ahli waris atau pelapor", max_length=150, help_text="Orang yang dapat dihubungi tentang santunan."
    )
    informant_phone = forms.CharField(
        label="Nomor HP-nya", max_length=20, widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"})
    )
    note = forms.CharField(
        label="Keterangan",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Contoh: nomor surat keterangan kematian dari kelurahan.",
    )

    def clean_informant_phone(self) -> str:
        return _phone(self.cleaned_data["informant_phone"])


class ForwardForm(ClaimForm):
    reference = forms.CharField(
        label="Nomor surat atau tanda terima",
        max_length=100,
        help_text="Dari penyerahan berkas kepada BPJS Ketenagakerjaan.",
    )


class DeathFilter(FilterForm):
    status = forms.ChoiceField(label="Status", choices=[("", "Semua"), *DeathStatus.choices], required=False)


class RouteForm(ClaimForm):
    hospital = forms.ModelChoiceField(
        Hospital.objects.none(),
        label="Rumah sakit mitra",
        empty_label=None,
        widget=RadioCards,
        error_messages={
            "required": "Pilih rumah sakit mitra.",
            "invalid_choice": "Rumah sakit ini bukan mitra. Pilih salah satu yang tampil.",
        },
    )
    note = forms.CharField(label="Catatan untuk rumah sakit", max_length=500, required=False)

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hospital"].queryset = partners


class TransferForm(RouteForm):
    note = None
    reason = forms.CharField(
        label="Alasan dipindahkan",
        max_length=500,
        help_text="Yang perlu diketahui rumah sakit tujuan. Rekam medis Anda kirim sendiri, di luar portal.",
        widget=forms.Textarea({"rows": 3}),
    )


class TreatmentForm(ClaimForm):
    care_from = DatePartsField(label="Dirawat sejak")
    outcome = forms.ChoiceField(label="Keadaan akhir menurut dokter", choices=[("", "Pilih keadaan"), *Outcome.choices])
    care_to = DatePartsField(
        label="Dirawat sampai", required=False, help_text="Kosongkan hanya bila pasien masih dirawat."
    )
    treatment = forms.CharField(
        label="Ringkasan perawatan",
        max_length=2000,
        help_text="Kesimpulan saja. Rekam medis tetap di rumah sakit.",
        widget=forms.Textarea({"rows": 4}),
    )
    cost = RupiahField(label="Biaya perawatan sampai sekarang")


class SignatureForm(ClaimForm):
    """`seen` is the revision of the facts on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(label="Catatan", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))

    def show_latest(self, claim: Claim) -> None:
        self.data = {**self.data.dict(), "seen": claim.revision}


class ReasonForm(ClaimForm):
    note = forms.CharField(label="Alasan", max_length=500, widget=forms.Textarea({"rows": 3}))


class InstalmentForm(ClaimForm):
    """Whether the day fits is a rule. An empty day takes an asking back."""

    asked_on = DatePartsField(
        label="Diajukan ke BPJS Ketenagakerjaan pada",
        required=False,
        help_text="Hari ketika berkas diserahkan. Kosongkan bila ternyata belum diajukan.",
    )
    is_entitled = forms.BooleanField(label="Anak masih sekolah, belum menikah, dan belum bekerja", required=False)

    def __init__(self, *args: Any, is_school: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_school:
            del self.fields["is_entitled"]


class TimeForm(ReasonForm):
    field_order = ["accident_at", "note"]
    accident_at = DateTimePartsField(label="Waktu kejadian yang benar", help_text="Waktu Makassar. Contoh jam: 13.40.")


class Number(forms.TextInput):
    """A short whole number; a number box of the browser would change with the wheel."""

    def __init__(self):
        super().__init__({"inputmode": "numeric", "autocomplete": "off", "maxlength": 3, "class": "w-4"})


class CheckCards(forms.CheckboxSelectMultiple):
    template_name = "components/widgets/radio_cards.html"


def _count(label: str, most: int, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most, required=False, widget=Number, **kwargs)


def _bill(label: str, **kwargs: Any) -> RupiahField:
    return RupiahField(label=label, required=False, **kwargs)


NEWEST = SCHEDULES[-1]
DISABILITIES = [("", "Tidak ada"), *((code, row["label"]) for code, row in NEWEST.table.rows.items())]
LEVELS = [("", "Tidak ada"), *SchoolLevel.choices]
ROWS = (1, 2, 3)  # disabilities and children that the page has room for


class EstimateForm(ClaimForm):
    """The facts that neither the claim nor the contributions hold. `facts` gives them as fields of Facts."""

    base = forms.TypedChoiceField(
        label="Dasar penghasilan terdaftar",
        coerce=int,
        choices=[(base, rupiah(base)) for base in INCOME_BASES],
        initial=CITY_BASE,
        help_text="Dasar yang didaftarkan ke BPJS Ketenagakerjaan, bukan penghasilan sebenarnya.",
    )
    cause = forms.ChoiceField(label="Sebab", choices=Cause.choices, initial=Cause.WORK, widget=RadioCards)
    rest_months = _count("Tidak mampu bekerja, bulan penuh", 600)
    rest_days = _count("Ditambah hari", 366)
    land = _bill("Kuitansi angkutan darat, sungai, atau danau")
    sea = _bill("Kuitansi angkutan laut")
    air = _bill("Kuitansi angkutan udara")
    home_care = _bill("Kuitansi homecare")
    home_care_months = _count("Lama homecare, bulan", 60)
    prosthesis = _bill("Kuitansi ortesa atau protesa")
    prosthesis_price = _bill("Harga alat itu di rumah sakit pemerintah")
    denture = _bill("Kuitansi gigi tiruan")
    hearing_aid = _bill("Kuitansi alat bantu dengar")
    glasses = _bill("Kuitansi kacamata")
    dominant_hand = forms.ChoiceField(
        label="Tangan yang lebih sering dipakai", choices=Hand.choices, initial=Hand.RIGHT, widget=RadioCards
    )
    scalp = forms.DecimalField(
        label="Persen kulit kepala menurut dokter",
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        localize=True,
        required=False,
        help_text="Hanya bila kulit kepala terkelupas: 10 sampai 30.",
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "maxlength": 5, "class": "w-4"}),
    )
    heirs = forms.MultipleChoiceField(
        label="Ahli waris yang ada", choices=Heir.choices, required=False, widget=CheckCards
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in ROWS:
            self.fields |= {
                f"disability_{row}": forms.ChoiceField(label=f"Cacat {row}", choices=DISABILITIES, required=False),
                f"units_{row}": _count(f"Cacat {row}: berapa kali", 20, help_text="Untuk baris “setiap 10 …”."),
                f"loss_{row}": _count(
                    f"Cacat {row}: berkurangnya fungsi, persen", 100, help_text="Kosongkan bila anggota badan hilang."
                ),
                f"level_{row}": forms.ChoiceField(label=f"Anak {row}: jenjang", choices=LEVELS, required=False),
                f"years_{row}": _count(f"Anak {row}: sisa tahun di jenjang itu", 9),
                f"birth_on_{row}": DatePartsField(label=f"Anak {row}: tanggal lahir", required=False),
            }

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """The fields as the page groups them; a group stands open when it holds anything."""
        sections = (
            ("Dasar", ("base", "cause")),
            ("Tidak mampu bekerja", ("rest_months", "rest_days")),
            ("Angkutan", ("land", "sea", "air")),
            ("Cacat", ("dominant_hand", *_numbered("disability", "units", "loss"), "scalp")),
            ("Homecare", ("home_care", "home_care_months")),
            ("Alat", ("prosthesis", "prosthesis_price", "denture", "hearing_aid", "glasses")),
            ("Anak dan ahli waris", (*_numbered("level", "years", "birth_on"), "heirs")),
        )
        return [(title, [self[name] for name in names], self._is_open(names)) for title, names in sections]

    def _is_open(self, names: tuple[str, ...]) -> bool:
        optional = [self[name] for name in names if not self.fields[name].required]
        return not optional or any(field.errors or field.value() for field in optional)

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if typed.get("prosthesis") and typed.get("prosthesis_price") is None:
            self.add_error("prosthesis_price", "Isi harga di rumah sakit pemerintah. Batasnya dihitung dari harga itu.")
        return typed

    def facts(self) -> dict[str, Any]:
        """Once valid."""
        typed = self.cleaned_data
        bills = {TransportMode.LAND: "land", TransportMode.SEA: "sea", TransportMode.AIR: "air"}
        care, aid = typed["home_care"], typed["prosthesis"]
        return {
            "base": typed["base"],
            "cause": Cause(typed["cause"]),
            "dominant_hand": Hand(typed["dominant_hand"]),
            "disabilities": tuple(self._disability(row) for row in ROWS if typed[f"disability_{row}"]),
            "rest_months": typed["rest_months"] or 0,
            "rest_days": typed["rest_days"] or 0,
            "transport": tuple(Trip(mode, typed[name]) for mode, name in bills.items() if typed[name]),
            "home_care": (HomeCare(care, typed["home_care_months"] or 1),) if care else (),
            "prostheses": (Prosthesis(aid, typed["prosthesis_price"]),) if aid else (),
            "denture": typed["denture"] or 0,
            "hearing_aid": typed["hearing_aid"] or 0,
            "glasses": typed["glasses"] or 0,
            "children": tuple(self._child(row) for row in ROWS if typed[f"level_{row}"]),
            "heirs": tuple(Heir(heir) for heir in typed["heirs"]),
        }

    def _disability(self, row: int) -> Disability:
        code, loss = self.cleaned_data[f"disability_{row}"], self.cleaned_data[f"loss_{row}"]
        return Disability(
            code,
            units=self.cleaned_data[f"units_{row}"] or 1,
            percent=self.cleaned_data["scalp"] if "percent_min" in NEWEST.table.rows[code] else None,
            loss_of_function=None if loss is None else Decimal(loss),
        )

    def _child(self, row: int) -> Child:
        """Without a number of years the whole level is still to go."""
        level, years = SchoolLevel(self.cleaned_data[f"level_{row}"]), self.cleaned_data[f"years_{row}"]
        remaining = levels_from(level, years, NEWEST)
        return Child(remaining, birth_on=self.cleaned_data[f"birth_on_{row}"])


def typed_before(facts: Facts) -> dict[str, Any]:
    """The form's initial values from an earlier estimate's facts."""
    bills = {trip.mode: trip.bill for trip in facts.transport}
    typed = {
        "base": facts.base,
        "cause": facts.cause,
        "dominant_hand": facts.dominant_hand,
        "rest_months": facts.rest_months or None,
        "rest_days": facts.rest_days or None,
        "land": bills.get(TransportMode.LAND),
        "sea": bills.get(TransportMode.SEA),
        "air": bills.get(TransportMode.AIR),
        "denture": facts.denture or None,
        "hearing_aid": facts.hearing_aid or None,
        "glasses": facts.glasses or None,
        "heirs": facts.heirs,
    }
    for care in facts.home_care:
        typed |= {"home_care": care.bill, "home_care_months": care.months}
    for aid in facts.prostheses:
        typed |= {"prosthesis": aid.bill, "prosthesis_price": aid.reference_price}
    for row, disability in enumerate(facts.disabilities, start=1):
        typed |= {f"disability_{row}": disability.code, f"units_{row}": disability.units}
        if disability.loss_of_function is not None:
            typed[f"loss_{row}"] = int(disability.loss_of_function)
        if disability.percent is not None:
            typed["scalp"] = disability.percent
    for row, child in enumerate(facts.children, start=1):
        level, years = child.remaining[0]
        typed |= {f"level_{row}": level, f"years_{row}": years, f"birth_on_{row}": child.birth_on}
    return typed


def _phone(typed: str) -> str:
    """0812 3456 7890 and +62 812-3456-7890 are one number."""
    number = re.sub(r"^\+?62", "0", re.sub(r"[\s().-]", "", typed))
    if not re.fullmatch("0[0-9]{8,12}", number):
        raise forms.ValidationError("Tulis nomor HP dengan angka, diawali 0. Contoh: 0812 3456 7890.")
    return number


def _numbered(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{row}" for row in ROWS for name in names)
