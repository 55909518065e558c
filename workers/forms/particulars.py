"""What may change in a life: the fields that registering and correcting share."""

import re
from itertools import groupby

from django import forms
from django.utils import timezone

from casework.decisions import Refused
from regions.models import Region
from ui.forms import PortalForm, RadioCards, RupiahField
from workers import nik
from workers.enums import Employment, OccupationCategory
from workers.filters import KelurahanField, kelurahan_of
from workers.models import Occupation
from workers.registry_file import read_phone

FIELD_OF_REASON = {
    "out_of_scope": "kelurahan",
    "born_in_future": "birth_on",
    "family_card_missing": "family_card_number",
    "desil_differs": "desil",
    "similar_registered": "similar_note",
    "similar_elsewhere": "similar_note",
    "nik_registered": "nik",
    "was_here_before": "nik",
    "nik_invalid_date": "nik_evidence",
    "nik_unknown_region": "nik_confirmed",
    "nik_birth_mismatch": "nik_confirmed",
    "nik_sex_mismatch": "nik_confirmed",
    "nik_sequence_0000": "nik_confirmed",
}
SECOND_WORK = ("second_workplace", "second_work_hours", "second_income")


class GroupedKelurahanField(KelurahanField):
    """All kelurahan under their kecamatan."""

    def label_from_instance(self, region: Region) -> str:
        return region.name

    def grouped(self) -> list:
        groups = groupby(self.queryset, key=lambda region: region.parent.name)
        return [(kecamatan, [(region.pk, region.name) for region in regions]) for kecamatan, regions in groups]


def sixteen_digits(typed: str) -> str:
    """The digits of a NIK. Says how many are missing, or what else is wrong."""
    reading = nik.read_nik(typed, today=timezone.localdate())
    if len(reading.digits) != nik.LENGTH or not re.fullmatch("[0-9]+", reading.digits):
        raise forms.ValidationError(reading.message or "Isi NIK. Lihat 16 angka di bagian atas KTP.")
    return reading.digits


def phone_of(typed: str) -> str:
    """A mobile number in the form 08…, or nothing."""
    try:
        return read_phone(typed) if typed else ""
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error


class ParticularsForm(PortalForm):
    """Fields under headings, with choices within the user's area."""

    SECTIONS = ()  # heading, names of its fields

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)

    @property
    def sections(self) -> list:
        return [(title, [self[name] for name in names]) for title, names in self.SECTIONS]

    def refuse(self, refused: Refused) -> None:
        """Each reason at the field where it can be answered."""
        for reason in refused.reasons:
            self.add_error(FIELD_OF_REASON.get(reason.code), str(reason))


class HomeFields(ParticularsForm):
    kelurahan = GroupedKelurahanField(
        queryset=Region.objects.none(),
        label="Kelurahan tempat tinggal sekarang",
        help_text="Boleh berbeda dari alamat di KTP.",
        empty_label="Pilih kelurahan",
        error_messages={"required": "Pilih kelurahan tempat tinggal sekarang."},
    )
    address = forms.CharField(label="Alamat sekarang", max_length=200, required=False)
    rt = forms.CharField(
        label="RT", max_length=3, required=False, widget=forms.TextInput({"class": "w-2", "inputmode": "numeric"})
    )
    rw = forms.CharField(
        label="RW", max_length=3, required=False, widget=forms.TextInput({"class": "w-2", "inputmode": "numeric"})
    )
    phone = forms.CharField(
        label="Nomor HP",
        max_length=20,
        required=False,
        help_text="Untuk kabar kepesertaan. Contoh: 0812 3456 7890.",
        widget=forms.TextInput({"type": "tel", "autocomplete": "off", "class": "w-10"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        kelurahan = self.fields["kelurahan"]
        kelurahan.queryset = kelurahan_of(user)
        groups = kelurahan.grouped()
        kelurahan.widget.choices = [("", kelurahan.empty_label), *groups]
        if [len(regions) for _, regions in groups] == [1]:
            kelurahan.initial = groups[0][1][0][0]

    def clean_phone(self) -> str:
        return phone_of(self.cleaned_data["phone"])

    def clean_rt(self) -> str:
        return self._three_digits("rt")

    def clean_rw(self) -> str:
        return self._three_digits("rw")

    def _three_digits(self, name: str) -> str:
        typed = self.cleaned_data[name]
        if typed and not re.fullmatch("[0-9]{1,3}", typed):
            raise forms.ValidationError(f"{name.upper()} hanya angka, seperti 004.")
        return typed.zfill(3) if typed else ""


class WorkFields(ParticularsForm):
    """At most two kinds of work (rule E4), each with the place and hours that measure an accident (rule A2)."""

    occupation = forms.ModelChoiceField(
        queryset=Occupation.objects.all(), label="Pekerjaan", empty_label="Pilih pekerjaan"
    )
    employment = forms.ChoiceField(
        label="Hubungan kerja",
        choices=Employment.choices,
        initial=Employment.INFORMAL,
        widget=RadioCards,
        help_text="Penerima upah adalah orang yang digaji pemberi kerja dalam pekerjaan ini.",
    )
    workplace = forms.CharField(
        label="Tempat kerja",
        max_length=150,
        required=False,
        help_text="Contoh: Pasar Terong, keliling Kecamatan Tallo.",
    )
    work_hours = forms.CharField(
        label="Hari dan jam kerja", max_length=80, required=False, help_text="Contoh: setiap hari, 05.00 sampai 11.00."
    )
    income = RupiahField(label="Pendapatan sebulan", required=False)
    second_occupation = forms.ModelChoiceField(
        queryset=Occupation.objects.all(), label="Pekerjaan kedua", empty_label="Tidak ada", required=False
    )
    second_workplace = forms.CharField(label="Tempat kerja kedua", max_length=150, required=False)
    second_work_hours = forms.CharField(label="Hari dan jam kerja kedua", max_length=80, required=False)
    second_income = RupiahField(label="Pendapatan kedua sebulan", required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        first, second = self.fields["occupation"], self.fields["second_occupation"]
        kinds = sorted(first.queryset, key=lambda kind: OccupationCategory.values.index(kind.category))
        groups = groupby(kinds, key=lambda kind: kind.get_category_display())
        named = [(category, [(kind.pk, kind.name) for kind in group]) for category, group in groups]
        for field in (first, second):
            field.widget.choices = [("", field.empty_label), *named]

    def clean(self) -> dict:
        cleaned = super().clean()
        second = cleaned.get("second_occupation")
        if second is None and "second_occupation" not in self.errors:
            if any(cleaned.get(name) not in ("", None) for name in SECOND_WORK):
                self.add_error("second_occupation", "Pilih pekerjaan kedua, atau kosongkan isian di bawahnya.")
        elif second is not None and second == cleaned.get("occupation"):
            self.add_error("second_occupation", "Pekerjaan kedua sama dengan yang pertama. Pilih yang lain.")
        return cleaned


class FamilyFields(ParticularsForm):
    family_card_number = forms.CharField(
        label="Nomor KK",
        max_length=40,
        required=False,
        help_text="16 angka di atas Kartu Keluarga. Tanpa nomor KK, desil tidak dapat dicatat.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_family_card_number(self) -> str:
        digits = nik.clean(self.cleaned_data["family_card_number"])
        if digits and not re.fullmatch("[0-9]{16}", digits):
            raise forms.ValidationError("Nomor KK harus 16 angka. Cocokkan dengan Kartu Keluarga.")
        return digits
