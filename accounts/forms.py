"""Forms of accounts: allauth's in the portal's words, then our own."""

from allauth.account import forms as allauth
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms

from accounts import tasks
from accounts.models import Hospital
from accounts.roles import Role
from casework import uploads
from casework.decisions import Refused
from regions.models import Region, RegionLevel
from ui.forms import DatePartsField, FilterForm, PortalForm


def reword(field: forms.Field, *, label: str, hint: str = "", required: str) -> None:
    """In place of allauth's label and hint; its placeholder only repeats the label."""
    field.label, field.help_text = label, hint
    field.error_messages["required"] = required
    field.widget.attrs.pop("placeholder", None)


def reword_new_password(form: forms.Form) -> None:
    reword(
        form.fields["password1"],
        label="Kata sandi baru",
        hint="Paling sedikit 12 karakter. Beberapa kata yang tidak berhubungan lebih mudah diingat.",
        required="Isi kata sandi baru.",
    )
    reword(form.fields["password2"], label="Ulangi kata sandi baru", required="Ulangi kata sandi baru.")


class LoginForm(PortalForm, allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reword(self.fields["login"], label="Surel", required="Isi surel Anda.")
        reword(self.fields["password"], label="Kata sandi", required="Isi kata sandi.")


class ChangePasswordForm(PortalForm, allauth.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reword(self.fields["oldpassword"], label="Kata sandi sekarang", required="Isi kata sandi sekarang.")
        reword_new_password(self)


class ResetPasswordForm(PortalForm, allauth.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reword(self.fields["email"], label="Surel", required="Isi surel Anda.")

    def save(self, request, **kwargs) -> str:
        """Leaves the letter to the background worker: the answer takes as long for a stranger (ASVS 6.3.8)."""
        tasks.send_reset_letter.enqueue(self.cleaned_data["email"])
        return self.cleaned_data["email"]


class ResetPasswordKeyForm(PortalForm, allauth.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reword_new_password(self)


class ReauthenticateForm(PortalForm, allauth.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reword(self.fields["password"], label="Kata sandi", required="Isi kata sandi.")


def reword_code(form: forms.Form, *, hint: str) -> None:
    reword(form.fields["code"], label="Kode", hint=hint, required="Isi kode.")
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "w-10"}


FROM_APP_OR_PAPER = "6 angka dari aplikasi kode, atau satu kode cadangan yang Anda simpan."


class SecondFactorForm(PortalForm, mfa.AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reword_code(self, hint=FROM_APP_OR_PAPER)


class SecondFactorAgainForm(PortalForm, mfa.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reword_code(self, hint=FROM_APP_OR_PAPER)


class ActivateAppForm(PortalForm, ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reword_code(self, hint="6 angka yang sekarang ditunjukkan aplikasi.")


class AddPasskeyForm(PortalForm, AddWebAuthnForm):
    passwordless = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)  # static/ui/passkey.js

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reword(
            self.fields["name"],
            label="Nama kunci sandi",
            hint="Supaya Anda mengenalinya nanti. Contoh: HP Samsung, laptop kantor.",
            required="Isi nama kunci sandi.",
        )
        self.fields["name"].widget.attrs["maxlength"] = 60


def region_choices() -> list:
    """The city, then each kecamatan with its kelurahan."""
    groups, city = {}, []
    for region in Region.objects.all():
        if region.level == RegionLevel.CITY:
            city.append((region.pk, str(region)))
        elif region.level == RegionLevel.KECAMATAN:
            groups[region.pk] = (str(region), [(region.pk, f"Seluruh {region}")])
        else:
            groups[region.parent_id][1].append((region.pk, region.name))
    return [("", "Pilih wilayah tugas"), *city, *groups.values()]


class PostingForm(PortalForm):
    """A role and its place. What does not belong to the role is not asked back: it is left out."""

    role = forms.ChoiceField(label="Peran", choices=[("", "Pilih peran"), *Role.choices])
    region = forms.ModelChoiceField(
        Region.objects.all(), label="Wilayah tugas", required=False, help_text="Untuk petugas kota."
    )
    hospital = forms.ModelChoiceField(
        Hospital.objects.all(),
        label="Rumah sakit",
        required=False,
        help_text="Untuk staf rumah sakit.",
        empty_label="Pilih rumah sakit",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = region_choices()

    def clean(self):
        data = super().clean()
        role = data.get("role")
        if role != Role.OFFICER:
            data["region"] = None
        elif not data.get("region") and "region" not in self.errors:
            self.add_error("region", "Pilih wilayah tugas petugas.")
        if role != Role.HOSPITAL:
            data["hospital"] = None
        elif not data.get("hospital") and "hospital" not in self.errors:
            self.add_error("hospital", "Pilih rumah sakit tempat staf bekerja.")
        return data


class LastDayForm(PortalForm):
    valid_until = DatePartsField(
        label="Hari terakhir",
        required=False,
        help_text="Akun berlaku sampai tengah malam hari itu. Kosongkan bila penugasannya belum berbatas.",
    )


class StaffInvitationForm(LastDayForm):
    """What a hospital's lead writes: role and place are the lead's own hospital."""

    name = forms.CharField(label="Nama lengkap", max_length=150)
    email = forms.EmailField(
        label="Surel", max_length=254, help_text="Alamat milik orang itu sendiri, bukan milik bersama."
    )
    field_order = ["name", "email", "role", "region", "hospital", "is_lead", "valid_until"]


class InvitationForm(StaffInvitationForm, PostingForm):
    is_lead = forms.BooleanField(label="Kepala unit: mengelola akun rumah sakitnya", required=False)

    def clean(self):
        data = super().clean()
        data["is_lead"] = data.get("is_lead", False) and data.get("role") == Role.HOSPITAL
        return data


class NoteForm(PortalForm):
    note = forms.CharField(label="Alasan", max_length=500, widget=forms.Textarea({"rows": 3}))


class IdentityForm(PortalForm):
    note = forms.CharField(
        label="Cara Anda memastikan orangnya",
        help_text="Contoh: datang sendiri dengan kartu pegawai; dikenal dan ditelepon lewat nomor kantor.",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )


class MoveForm(PostingForm, NoteForm):
    field_order = ["role", "region", "hospital", "note"]


class ReopenForm(LastDayForm, NoteForm):
    field_order = ["valid_until", "note"]


class AccountFilterForm(FilterForm):
    q = forms.CharField(label="Nama atau surel", required=False, max_length=100)
    role = forms.ChoiceField(label="Peran", required=False, choices=[("", "Semua"), *Role.choices])
    state = forms.ChoiceField(
        label="Keadaan",
        required=False,
        choices=[("", "Semua"), ("alive", "Masih berlaku"), ("over", "Diakhiri atau lewat masanya")],
    )


class AgreementForm(PortalForm):
    title = forms.CharField(
        label="Nama perjanjian", max_length=200, help_text="Contoh: Perjanjian kerja sama nomor 12/PKS/2026."
    )
    starts_on = DatePartsField(label="Berlaku mulai")
    last_day = DatePartsField(label="Hari terakhir", required=False, help_text="Kosongkan bila belum ditetapkan.")
    scope = forms.CharField(
        label="Ruang lingkup",
        max_length=1000,
        help_text="Layanan apa, dan untuk siapa.",
        widget=forms.Textarea({"rows": 3}),
    )
    signatories = forms.CharField(
        label="Penanda tangan",
        max_length=500,
        help_text="Satu orang satu baris: nama, jabatan.",
        widget=forms.Textarea({"rows": 3}),
    )
    source = forms.CharField(label="Sumber", max_length=200, help_text="Di mana naskah aslinya disimpan.")

    def refuse(self, refused: Refused) -> None:
        """Tells what is wrong with the days at the day that would change it."""
        for reason in refused.reasons:
            field = {"ends_before_it_starts": "last_day", "overlaps": "starts_on"}.get(reason.code)
            self.add_error(field, str(reason))


class AgreementEndForm(NoteForm):
    last_day = DatePartsField(label="Hari terakhir")
    field_order = ["last_day", "note"]


class AgreementDocumentForm(PortalForm):
    file = forms.FileField(
        label="Naskah bertanda tangan",
        help_text="PDF, paling besar 10 MB dan 100 halaman.",
        widget=forms.FileInput({"accept": ".pdf,application/pdf"}),
    )

    def clean_file(self) -> uploads.Accepted:
        try:
            return uploads.document(self.cleaned_data["file"])
        except Refused as refused:
            raise forms.ValidationError(refused.messages) from refused
