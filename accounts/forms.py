"""allauth's forms in the portal's words."""

from allauth.account import forms as allauth
from django import forms

from ui.forms import PortalForm


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


class ResetPasswordKeyForm(PortalForm, allauth.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reword_new_password(self)
