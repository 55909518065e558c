from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Refused
from casework.models import Kind
from monitoring.enums import ExportFormat
from ui.forms import DatePartsField, FilterForm, PortalForm, RadioCards, RupiahField
from ui.templatetags.ui import rupiah
from workers.enums import OccupationCategory

FIELD_OF_REASON = {
    "password_too_short": "password",
    "password_needs_workbook": "password",
    "whole_nik_needs_password": "password",
}
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


class PolicyForm(PortalForm):
    """What a row of policy says. Subclasses add the columns of their kind, in the order they are read."""

    title: str
    effective_on = DatePartsField(label="Berlaku mulai", help_text="Besok atau sesudahnya.")
    source = forms.CharField(
        label="Dasar keputusan", max_length=200, help_text="Contoh: SK Wali Kota Nomor 12 Tahun 2027."
    )

    def refuse(self, refused: Refused) -> None:
        """Each reason at the field that would change it."""
        for reason in refused.reasons:
            self.add_error("release" if reason.code == "release_unknown" else "effective_on", str(reason))

    @classmethod
    def says(cls, content: dict) -> list[tuple[str, str]]:
        """Each column of its own with its label, in words."""
        own = [(name, field) for name, field in cls.base_fields.items() if name not in PolicyForm.base_fields]
        return [(str(field.label), in_words(field, content[name])) for name, field in own]


class RegistryPolicyForm(PolicyForm):
    title = "Syarat dibiayai kota"
    release = forms.RegexField(
        r"^20[0-9]{2}-[1-4]$",
        label="Rilis DTSEN",
        help_text="Tahun dan triwulan. Contoh: 2026-3.",
        error_messages={"invalid": "Tulis tahun dan triwulan seperti 2026-3."},
    )
    desil_limit = forms.IntegerField(label="Desil tertinggi", min_value=1, max_value=10)
    minimum_age = forms.IntegerField(label="Usia paling muda", min_value=1, max_value=64)
    residents_only = forms.BooleanField(label="Hanya KTP Kota Makassar", required=False)
    grace_days = forms.IntegerField(
        label="Masa tenggang bila desil naik, hari",
        min_value=1,
        max_value=730,
        help_text="Peserta yang desilnya naik ditelaah dalam masa ini. Lamanya belum terkonfirmasi dalam peraturan.",
    )
    by_office = forms.MultipleChoiceField(
        label="Layak karena jabatan, berapa pun desilnya",
        choices=OccupationCategory.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = [
        "effective_on",
        "release",
        "desil_limit",
        "minimum_age",
        "residents_only",
        "by_office",
        "grace_days",
        "source",
    ]


class AccountsPolicyForm(PolicyForm):
    title = "Langkah kedua saat masuk"
    second_factor_roles = forms.MultipleChoiceField(
        label="Wajib bagi peran",
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["effective_on", "second_factor_roles", "source"]


class ExportForm(PortalForm):
    """What is asked for. Whether it may be had is a rule."""

    reason = forms.CharField(
        label="Keperluan",
        max_length=200,
        help_text="Untuk apa daftar ini dipakai. Tercatat di jejak audit dan di dalam berkasnya.",
        error_messages={"required": "Tulis untuk apa daftar ini dipakai."},
    )
    file_format = forms.ChoiceField(
        label="Bentuk berkas", choices=ExportFormat.choices, initial=ExportFormat.XLSX, widget=RadioCards
    )
    whole_nik = forms.BooleanField(label="Sertakan NIK lengkap. Tanpa ini NIK disamarkan.", required=False)
    password = forms.CharField(
        label="Kata sandi berkas",
        max_length=100,
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="Paling sedikit 12 karakter, hanya untuk XLSX. Catat: portal tidak menyimpannya.",
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        if user.role == Role.AUDITOR:
            del self.fields["whole_nik"]

    def refuse(self, refused: Refused) -> None:
        """Each reason at the field that would change it."""
        for reason in refused.reasons:
            self.add_error(FIELD_OF_REASON.get(reason.code), str(reason))


class RetentionPolicyForm(PolicyForm):
    title = "Masa simpan"
    person_years = forms.IntegerField(
        label="Orang dan klaimnya, tahun",
        min_value=5,
        max_value=100,
        help_text="Sesudah ikatan terakhir. Paling singkat 5 tahun.",
    )
    question_years = forms.IntegerField(label="Pertanyaan cek kepesertaan, tahun", min_value=1, max_value=100)
    import_days = forms.IntegerField(label="Berkas impor, hari", min_value=1, max_value=3650)
    draft_days = forms.IntegerField(
        label="Draf pendaftaran, hari", min_value=1, max_value=365, help_text="Sejak terakhir disimpan."
    )
    trail_years = forms.IntegerField(
        label="Nama dan catatan pada jejak audit, tahun",
        min_value=5,
        max_value=100,
        help_text="Paling singkat selama data orang disimpan.",
    )
    field_order = [
        "effective_on",
        "person_years",
        "question_years",
        "import_days",
        "draft_days",
        "trail_years",
        "source",
    ]

    def clean(self):
        data = super().clean()
        if data.get("trail_years", 100) < data.get("person_years", 0):
            self.add_error("trail_years", "Jejak audit disimpan paling singkat selama data orang.")
        return data


class TiersField(forms.CharField):
    """Up to two rising amounts of rupiah, with a semicolon between them. Cleans to a list."""

    def prepare_value(self, value):
        return "; ".join(rupiah(amount) for amount in value) if isinstance(value, list) else value

    def clean(self, value) -> list[int]:
        amount = RupiahField(min_value=1)
        tiers = [amount.clean(part) for part in super().clean(value).split(";") if part.strip()]
        if len(tiers) > MOST_TIERS or tiers != sorted(set(tiers)):
            raise forms.ValidationError(
                "Isi paling banyak dua jumlah, yang kecil dulu. Contoh: 100.000.000; 500.000.000."
            )
        return tiers


class ApprovalPolicyForm(PolicyForm):
    title = "Persetujuan kelompok iuran"
    tiers = TiersField(
        label="Perlu satu persetujuan lagi di atas, sebulan",
        max_length=60,
        required=False,
        help_text="Rupiah. Kosong: satu persetujuan selalu cukup. Dua jumlah dipisah titik koma.",
    )
    field_order = ["effective_on", "tiers", "source"]

    @classmethod
    def says(cls, content: dict) -> list[tuple[str, str]]:
        tiers = [f"{needed} di atas {rupiah(tier)} sebulan" for needed, tier in enumerate(content["tiers"], start=2)]
        return [("Banyaknya persetujuan", "; ".join(["1", *tiers]))]


MOST_TIERS = 2
POLICY_FORMS = {
    "registry": RegistryPolicyForm,
    "accounts": AccountsPolicyForm,
    "retention": RetentionPolicyForm,
    "approvals": ApprovalPolicyForm,
}


class RejectionForm(PortalForm):
    note = forms.CharField(label="Alasan", max_length=500, widget=forms.Textarea({"rows": 3}))


def in_words(field: forms.Field, value) -> str:
    if isinstance(value, bool):
        return "Ya" if value else "Tidak"
    if isinstance(value, list):
        labels = dict(field.choices)
        return ", ".join(str(labels[one]) for one in value) or "Tidak ada"
    return str(value)
