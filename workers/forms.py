"""What may be typed about a worker. Whether they may be registered is a rule, not a form error."""

import re
from itertools import groupby

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from casework.decisions import Refused
from casework.uploads import LARGEST_TABLE, in_megabytes
from regions.models import Region
from ui.forms import DatePartsField, PortalForm, RadioCards, RupiahField
from workers import nik
from workers.enums import Employment, OccupationCategory, Sex
from workers.filters import KelurahanField, kelurahan_of
from workers.models import Occupation
from workers.registry_file import read_phone

FIELD_OF_REASON = {
    "out_of_scope": "kelurahan",
    "born_in_future": "birth_on",
    "family_card_missing": "family_card_number",
    "desil_differs": "desil",
    "nik_registered": "nik",
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


class NikForm(PortalForm):
    nik = forms.CharField(max_length=40, required=False)


class WorkerSearchForm(PortalForm):
    """Any of three ways to know a person; a POST, because none of them may stand in an address."""

    nik = forms.CharField(
        label="NIK",
        max_length=40,
        required=False,
        help_text="16 angka di bagian atas KTP. Boleh diketik dengan spasi.",
        widget=forms.TextInput({"class": "nik", "inputmode": "numeric", "autocomplete": "off"}),
    )
    participant_number = forms.CharField(
        label="Nomor peserta",
        max_length=20,
        required=False,
        help_text="Di kartu BPJS Ketenagakerjaan.",
        widget=forms.TextInput({"class": "w-10", "inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label="Nama",
        max_length=150,
        required=False,
        help_text="Bersama tanggal lahir. Ejaan boleh berbeda dari KTP.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
    )
    birth_on = DatePartsField(label="Tanggal lahir", required=False, help_text="Contoh: 17 8 1990")

    def clean_nik(self) -> str:
        return sixteen_digits(self.cleaned_data["nik"]) if self.cleaned_data["nik"] else ""

    def clean_participant_number(self) -> str:
        digits = nik.clean(self.cleaned_data["participant_number"])
        if digits and not re.fullmatch("[0-9]+", digits):
            raise forms.ValidationError("Nomor peserta hanya angka. Cocokkan dengan kartunya.")
        return digits

    def clean(self) -> dict:
        """Nothing typed finds nobody, never everybody (AC-P26)."""
        typed = {name for name, value in self.cleaned_data.items() if value}
        if not self.errors and not typed:
            raise forms.ValidationError("Isi NIK, nomor peserta, atau nama dengan tanggal lahir.")
        if "name" in typed and "birth_on" not in typed | set(self.errors):
            self.add_error("birth_on", "Isi tanggal lahir. Nama saja terlalu umum untuk mengenali orang.")
        if "birth_on" in typed and "name" not in typed | set(self.errors):
            self.add_error("name", "Isi nama. Tanggal lahir saja terlalu umum untuk mengenali orang.")
        return self.cleaned_data


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


class WorkerForm(ParticularsForm):
    submission_key = forms.UUIDField(widget=forms.HiddenInput)
    nik = forms.CharField(
        label="NIK",
        max_length=40,
        help_text="16 angka di bagian atas KTP. Boleh diketik dengan spasi.",
        error_messages={"required": "Isi NIK. Lihat 16 angka di bagian atas KTP."},
        widget=forms.TextInput(
            {
                "class": "nik",
                "inputmode": "numeric",
                "autocomplete": "off",
                "spellcheck": "false",
                "hx-post": reverse_lazy("workers:nik_read"),
                "hx-trigger": "input changed delay:400ms, blur changed",
                "hx-select": ".decode",
                "hx-target": "#nik-baca",
                "hx-swap": "innerHTML",
                "hx-sync": "this:replace",
                "hx-params": "nik,csrfmiddlewaretoken",
                "hx-include": "closest form",
            }
        ),
    )
    nik_confirmed = forms.BooleanField(label="Saya sudah mencocokkan NIK ini dengan KTP.", required=False)
    nik_evidence = forms.CharField(
        label="Bukti yang Anda lihat",
        max_length=200,
        required=False,
        help_text="Contoh: KTP asli, terbit 2019 di Gowa.",
    )
    name = forms.CharField(
        label="Nama lengkap",
        max_length=150,
        help_text="Tulis persis seperti di KTP, tanpa gelar.",
        error_messages={"required": "Isi nama lengkap seperti di KTP."},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
    )
    birth_on = DatePartsField(label="Tanggal lahir", help_text="Contoh: 17 8 1990")
    sex = forms.ChoiceField(label="Jenis kelamin", choices=Sex.choices, widget=RadioCards)
    desil = forms.TypedChoiceField(
        label="Desil keluarga",
        choices=[("", "Belum diketahui"), *[(str(n), f"Desil {n}") for n in range(1, 11)]],
        coerce=int,
        empty_value=None,
        required=False,
    )
    desil_source = forms.CharField(
        label="Sumber desil",
        max_length=200,
        required=False,
        help_text="Contoh: daftar DTSEN kelurahan, surat Dinas Sosial.",
    )
    notice = forms.BooleanField(
        label="Pekerja sudah diberi tahu untuk apa datanya dipakai.",
        error_messages={"required": "Centang pemberitahuan. Pekerja harus tahu datanya dipakai untuk apa."},
    )

    field_order = ["submission_key", "nik", "nik_confirmed", "nik_evidence", "name", "birth_place", "birth_on", "sex"]
    SECTIONS = (
        ("Tempat tinggal", ("kelurahan", "address", "rt", "rw", "phone")),
        ("Pekerjaan", ("occupation", "employment", "income")),
        ("Keluarga dan desil", ("family_card_number", "desil", "desil_source")),
    )

    @property
    def nik_questions(self) -> list:
        """The two fields that answer a question about the NIK, once it is asked."""
        return [self[name] for name in ("nik_confirmed", "nik_evidence") if self[name].errors or self[name].data]

    def clean_nik(self) -> str:
        return sixteen_digits(self.cleaned_data["nik"])

    def clean(self) -> dict:
        if self.cleaned_data.get("desil") and not self.cleaned_data.get("desil_source"):
            self.add_error("desil_source", "Tulis dari mana desil ini diketahui.")
        return self.cleaned_data

    def particulars(self) -> dict:
        """What the operation takes; the notice is for the desk."""
        return {name: value for name, value in self.cleaned_data.items() if name != "notice"}


class CorrectionForm(ParticularsForm):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Alasan perbaikan",
        max_length=200,
        help_text="Contoh: pindah rumah, nomor HP baru, salah ketik.",
        error_messages={"required": "Tulis alasan perbaikan ini."},
    )

    SECTIONS = (
        ("Identitas", ("birth_place", "is_resident")),
        ("Tempat tinggal", ("kelurahan", "address", "rt", "rw", "phone")),
        ("Pekerjaan", ("occupation", "employment", "income")),
        ("Keluarga", ("family_card_number",)),
        ("Alasan", ("reason",)),
    )


class ImportForm(PortalForm):
    file = forms.FileField(
        label="Berkas daftar pekerja",
        max_length=200,
        help_text=f"CSV, paling besar {in_megabytes(LARGEST_TABLE)}. Baris pertama berisi judul kolom.",
        error_messages={"required": "Pilih berkas CSV.", "empty": "Berkas ini kosong."},
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )
    posting = forms.ModelChoiceField(
        queryset=Region.objects.none(),
        label="Wilayah",
        help_text="Baris di luar wilayah ini dikembalikan.",
        empty_label=None,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["posting"].queryset = Region.objects.filter(code__startswith=user.region_id or "")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_TABLE:
            raise forms.ValidationError(
                f"Ukuran berkas {in_megabytes(file.size)}. Paling besar {in_megabytes(LARGEST_TABLE)}."
            )
        return file
