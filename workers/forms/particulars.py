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


class ParticularsForm(PortalForm):
    """What may change in a life: home, work, family."""

    birth_place = forms.CharField(label="Tempat lahir", max_length=80, required=False)
    is_resident = forms.BooleanField(label="KTP-nya KTP Kota Makassar.", required=False, initial=True)
    kelurahan = GroupedKelurahanField(
        queryset=Region.objects.none(),
        label="Kelurahan tempat tinggal sekarang",
        help_text="Boleh berbeda dari alamat di KTP.",
        empty_label="Pilih kelurahan",
        error_messages={"required": "Pilih kelurahan tempat tinggal sekarang."},
    )
    address = forms.CharField(label="Alamat sekarang", max_length=200, required=False)
    rt = forms.CharField(label="RT", max_length=3, required=False, widget=forms.TextInput({"class": "w-2"}))
    rw = forms.CharField(label="RW", max_length=3, required=False, widget=forms.TextInput({"class": "w-2"}))
    phone = forms.CharField(
        label="Nomor HP",
        max_length=20,
        required=False,
        help_text="Untuk kabar kepesertaan. Contoh: 0812 3456 7890.",
        widget=forms.TextInput({"type": "tel", "autocomplete": "off", "class": "w-10"}),
    )
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
    income = RupiahField(label="Pendapatan sebulan", required=False)
    family_card_number = forms.CharField(
        label="Nomor KK",
        max_length=40,
        required=False,
        help_text="16 angka di atas Kartu Keluarga. Tanpa nomor KK, desil tidak dapat dicatat.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )

    SECTIONS = ()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        kelurahan = self.fields["kelurahan"]
        kelurahan.queryset = kelurahan_of(user)
        kelurahan.widget.choices = [("", kelurahan.empty_label), *kelurahan.grouped()]
        occupation = self.fields["occupation"]
        kinds = sorted(occupation.queryset, key=lambda kind: OccupationCategory.values.index(kind.category))
        groups = groupby(kinds, key=lambda kind: kind.get_category_display())
        occupation.widget.choices = [
            ("", occupation.empty_label),
            *[(category, [(kind.pk, kind.name) for kind in group]) for category, group in groups],
        ]

    @property
    def sections(self) -> list:
        return [(title, [self[name] for name in names]) for title, names in self.SECTIONS]

    def clean_family_card_number(self) -> str:
        digits = nik.clean(self.cleaned_data["family_card_number"])
        if digits and not re.fullmatch("[0-9]{16}", digits):
            raise forms.ValidationError("Nomor KK harus 16 angka. Cocokkan dengan Kartu Keluarga.")
        return digits

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        try:
            return read_phone(typed) if typed else ""
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_rt(self) -> str:
        return self._three_digits("rt")

    def clean_rw(self) -> str:
        return self._three_digits("rw")

    def _three_digits(self, name: str) -> str:
        typed = self.cleaned_data[name]
        if typed and not re.fullmatch("[0-9]{1,3}", typed):
            raise forms.ValidationError(f"{name.upper()} hanya angka, seperti 004.")
        return typed.zfill(3) if typed else ""

    def refuse(self, refused: Refused) -> None:
        """Each reason at the field where it can be answered."""
        for reason in refused.reasons:
            self.add_error(FIELD_OF_REASON.get(reason.code), str(reason))
