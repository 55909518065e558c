"""Registering one person page by page, and correcting one."""

from collections.abc import Mapping

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from casework.uploads import LARGEST_PICTURE, in_megabytes
from ui.forms import DatePartsField, PortalForm, RadioCards
from workers.enums import DraftPage, Sex
from workers.forms.particulars import (
    FIELD_OF_REASON,
    FamilyFields,
    HomeFields,
    ParticularsForm,
    WorkFields,
    phone_of,
    sixteen_digits,
)

LONGEST = 500  # characters kept of what stood in one field; no field takes more
BIRTH_PLACE = {"label": "Tempat lahir", "max_length": 80, "required": False}
MOTHER_NAME = {
    "label": "Nama ibu kandung",
    "max_length": 150,
    "required": False,
    "help_text": "Seperti di Kartu Keluarga. Ditanyakan BPJS Ketenagakerjaan; boleh dilengkapi nanti.",
    "widget": forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
}
IS_RESIDENT = {"label": "KTP-nya KTP Kota Makassar.", "required": False, "initial": True}


class NikForm(PortalForm):
    nik = forms.CharField(max_length=40, required=False)


class BeginForm(PortalForm):
    """Sent from the results of a search; the key makes a second click harmless."""

    submission_key = forms.UUIDField(widget=forms.HiddenInput)


class PageForm(ParticularsForm):
    """One page of a registration. What is typed is kept as it stands, faults and all, and comes back as it stood."""

    @classmethod
    def resumed(cls, typed: Mapping[str, str], *, user):
        """With what was typed before, without judging it yet."""
        return cls(user=user, initial=cls.initial_of(typed))

    @classmethod
    def initial_of(cls, typed: Mapping[str, str]) -> dict:
        if not typed:
            return {}
        return {name: field.widget.value_from_datadict(typed, {}, name) for name, field in cls.base_fields.items()}

    @classmethod
    def typed_in(cls, data: Mapping[str, str]) -> dict[str, str]:
        """What stands in this page's own boxes, to be kept."""
        boxes = [box for name, field in cls.base_fields.items() for box in _boxes(name, field)]
        return {box: data[box].replace("\0", "")[:LONGEST] for box in boxes if box in data}


class PersonForm(PageForm):
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
    birth_place = forms.CharField(**BIRTH_PLACE)
    mother_name = forms.CharField(**MOTHER_NAME)
    birth_on = DatePartsField(label="Tanggal lahir", help_text="Contoh: 17 8 1990")
    sex = forms.ChoiceField(label="Jenis kelamin", choices=Sex.choices, widget=RadioCards)
    is_resident = forms.BooleanField(**IS_RESIDENT)

    SECTIONS = (("", ("name", "birth_place", "birth_on", "sex", "mother_name", "is_resident")),)

    @property
    def nik_questions(self) -> list:
        """The two fields that answer a question about the NIK, once it is asked."""
        return [self[name] for name in ("nik_confirmed", "nik_evidence") if self[name].errors or self[name].value()]

    def clean_nik(self) -> str:
        return sixteen_digits(self.cleaned_data["nik"])


class HomeForm(HomeFields, PageForm):
    SECTIONS = (("", ("kelurahan", "address", "rt", "rw", "phone")),)


class WorkForm(WorkFields, PageForm):
    """With the proof that the work is done: a photo, a witness, and the day it was seen."""

    photo = forms.FileField(
        label="Foto tempat atau alat kerja",
        required=False,
        help_text=f"JPG atau PNG, paling besar {in_megabytes(LARGEST_PICTURE)}. Jangan memotret wajah orang lain.",
        error_messages={"empty": "Foto ini kosong. Ambil lagi."},
        widget=forms.FileInput({"accept": "image/*", "capture": "environment"}),
    )
    witness_name = forms.CharField(
        label="Nama saksi",
        max_length=150,
        required=False,
        help_text="Orang yang tahu pekerjaannya: ketua RT, tetangga, pembeli.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
    )
    witness_phone = forms.CharField(
        label="Nomor HP saksi",
        max_length=20,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "off", "class": "w-10"}),
    )
    work_seen_on = DatePartsField(label="Tanggal pekerjaan dilihat", required=False, help_text="Contoh: 22 11 2026")

    FIRST = ("occupation", "employment", "workplace", "work_hours", "income")
    SECOND = ("second_occupation", "second_workplace", "second_work_hours", "second_income")
    PROOF = ("photo", "witness_name", "witness_phone", "work_seen_on")

    @property
    def first(self) -> list:
        return [self[name] for name in self.FIRST]

    @property
    def second(self) -> list:
        return [self[name] for name in self.SECOND]

    @property
    def proof(self) -> list:
        return [self[name] for name in self.PROOF]

    @property
    def has_second(self) -> bool:
        return any(field.errors or field.value() for field in self.second)

    def clean_witness_phone(self) -> str:
        return phone_of(self.cleaned_data["witness_phone"])

    def clean_work_seen_on(self):
        seen_on = self.cleaned_data["work_seen_on"]
        if seen_on and seen_on > timezone.localdate():
            raise forms.ValidationError("Tanggal ini belum terjadi. Isi hari pekerjaan dilihat.")
        return seen_on


class FamilyForm(FamilyFields, PageForm):
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

    SECTIONS = (("", ("family_card_number", "desil", "desil_source")),)

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("desil") and not cleaned.get("desil_source"):
            self.add_error("desil_source", "Tulis dari mana desil ini diketahui.")
        if cleaned.get("desil") and not cleaned.get("family_card_number") and "family_card_number" not in self.errors:
            self.add_error("family_card_number", "Isi nomor KK, atau kosongkan desil. Desil dicatat per keluarga.")
        return cleaned


class SummaryForm(PortalForm):
    """The last page."""

    similar_note = forms.CharField(
        label="Alasan tetap mendaftarkan",
        max_length=200,
        required=False,
        help_text="Contoh: KTP berbeda, sudah dicocokkan; ayah dan anak dengan nama sama.",
        error_messages={"required": "Cocokkan dengan orang yang mirip. Bila memang orang lain, tulis alasannya."},
    )
    notice = forms.BooleanField(
        label="Pekerja sudah diberi tahu untuk apa datanya dipakai.",
        error_messages={"required": "Centang pemberitahuan. Pekerja harus tahu datanya dipakai untuk apa."},
    )

    def __init__(self, *args, asks_why: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["similar_note"].required = asks_why


class CorrectionForm(HomeFields, WorkFields, FamilyFields):
    birth_place = forms.CharField(**BIRTH_PLACE)
    mother_name = forms.CharField(**MOTHER_NAME)
    is_resident = forms.BooleanField(**IS_RESIDENT)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Alasan perbaikan",
        max_length=200,
        help_text="Contoh: pindah rumah, nomor HP baru, salah ketik.",
        error_messages={"required": "Tulis alasan perbaikan ini."},
    )

    SECTIONS = (
        ("Identitas", ("birth_place", "mother_name", "is_resident")),
        ("Tempat tinggal", ("kelurahan", "address", "rt", "rw", "phone")),
        ("Pekerjaan", ("occupation", "employment", "workplace", "work_hours", "income")),
        ("Pekerjaan kedua", ("second_occupation", "second_workplace", "second_work_hours", "second_income")),
        ("Keluarga", ("family_card_number",)),
        ("Alasan", ("reason",)),
    )


FORM_OF_PAGE: dict[DraftPage, type[PageForm]] = {
    DraftPage.IDENTITY: PersonForm,
    DraftPage.HOME: HomeForm,
    DraftPage.WORK: WorkForm,
    DraftPage.FAMILY: FamilyForm,
}


def page_of_reason(code: str) -> DraftPage | None:
    """Where the reason of a refusal can be answered."""
    field = FIELD_OF_REASON.get(code)
    return next((page for page, form in FORM_OF_PAGE.items() if field in form.base_fields), None)


def _boxes(name: str, field: forms.Field) -> list[str]:
    parts = getattr(field.widget, "widgets", None)
    return [f"{name}_{number}" for number in range(len(parts))] if parts else [name]
