"""One page with every shared piece on it, to test and to look at: `manage.py runserver` never shows it."""

from datetime import UTC, date, datetime
from pathlib import Path

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path
from psycopg2.extras import DateRange

from casework.decisions import Reason
from casework.paging import Page
from config import urls as site
from ui.forms import DatePartsField, DateTimePartsField, FilterForm, PortalForm, RadioCards, RupiahField

HERE = Path(__file__).parent


class SampleForm(PortalForm):
    nik = forms.CharField(
        label="NIK", help_text="16 angka di bagian atas KTP.", widget=forms.TextInput({"class": "nik"})
    )
    born_on = DatePartsField(label="Tanggal lahir", help_text="Contoh: 17 8 1990")
    happened_at = DateTimePartsField(label="Kapan kejadiannya?")
    sex = forms.ChoiceField(label="Jenis kelamin", choices=[("L", "Laki-laki"), ("P", "Perempuan")], widget=RadioCards)
    kelurahan = forms.ChoiceField(label="Kelurahan", choices=[("", "Pilih kelurahan"), ("7371091001", "Tamamaung")])
    amount = RupiahField(label="Biaya perawatan", required=False)
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea({"rows": 3}))
    paper = forms.FileField(label="Berkas", required=False, help_text="CSV, paling besar 200 MB.")
    told = forms.BooleanField(label="Pekerja sudah mendengar untuk apa datanya dipakai.")


class SampleFilter(FilterForm):
    q = forms.CharField(label="Nama pekerja", required=False)
    kelurahan = forms.ChoiceField(label="Kelurahan", required=False, choices=[("", "Semua")])
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Semua"), ("active", "Aktif")])


def sample(request, *, form: PortalForm, template: str = "gallery.html") -> TemplateResponse:
    at = datetime(2026, 11, 22, 5, 40, tzinfo=UTC)
    context = {
        "form": form,
        "filter": SampleFilter(request.GET),
        "page": Page(rows=[], count=1284, first_number=26, previous="a", next="b"),
        "at": at,
        "period": DateRange(date(2026, 1, 1), date(2027, 1, 1)),
        "reasons": [Reason("not_verified", "Klaim belum diperiksa.", "Tunggu pemeriksaan admin lain.")],
        "steps": [
            {"what": "Dilaporkan", "who": "Sitti Rahmah, petugas Kec. Panakkukang", "at": at, "note": "Jatuh."},
            {"what": "Diterima", "who": "Primaya Hospital Makassar", "at": at, "icon": "hospital"},
        ],
        "names": ["Andi Muhammad Nurhidayatullah Syamsuddin Dg. Mattola", "St. Aminah", "Baso"],
    }
    page = engines["django"].from_string((HERE / template).read_text())
    return TemplateResponse(request, page, context, status=422 if form.errors else 200)


@login_not_required
def gallery(request):
    messages.success(request, "Pendaftaran terkirim. Nomor 2611-00417.")
    messages.error(request, "Berkas tidak dapat dibaca. Simpan sebagai CSV lalu unggah lagi.")
    return sample(request, form=SampleForm(request.POST or None))


@login_not_required
def confirm(request):
    return sample(request, form=PortalForm(), template="gallery_confirm.html")


@login_not_required
def broken(request):
    raise RuntimeError("a secret of the machine")


@login_not_required
def forbidden(request):
    raise PermissionDenied("a secret of the machine")


@login_not_required
def odd(request):
    raise BadRequest("a secret of the machine")


@login_not_required
def away(request):
    raise OperationalError("a secret of the machine")


urlpatterns = [
    *site.urlpatterns,
    path("gallery/", gallery),
    path("gallery/confirm/", confirm),
    path("gallery/broken/", broken),
    path("gallery/forbidden/", forbidden),
    path("gallery/odd/", odd),
    path("gallery/away/", away),
]

handler400, handler403, handler404 = site.handler400, site.handler403, site.handler404
handler429, handler500 = site.handler429, site.handler500
