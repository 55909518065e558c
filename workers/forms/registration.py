"""Registering and correcting one person."""

from django import forms
from django.urls import reverse_lazy

from ui.forms import DatePartsField, PortalForm, RadioCards
from workers.enums import Sex
from workers.forms.particulars import ParticularsForm, sixteen_digits


class NikForm(PortalForm):
    nik = forms.CharField(max_length=40, required=False)


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
    similar_note = forms.CharField(
        label="Alasan tetap mendaftarkan",
        max_length=200,
        required=False,
        help_text="Contoh: KTP berbeda, sudah dicocokkan; ayah dan anak dengan nama sama.",
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

    def identity(self) -> dict:
        """What tells whether somebody is registered already."""
        return {
            name: self.cleaned_data[name] for name in ("nik", "name", "birth_on", "sex", "family_card_number", "phone")
        }

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
