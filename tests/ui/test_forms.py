import re
from datetime import UTC, date, datetime

import pytest
from django import forms

from tests.ui.gallery import SampleFilter, SampleForm
from ui.forms import DatePartsField, DateTimePartsField, PortalForm, RupiahField


class Dates(PortalForm):
    born_on = DatePartsField(label="Tanggal lahir")


class Moments(PortalForm):
    at = DateTimePartsField(label="Waktu kejadian")


class Money(PortalForm):
    cost = RupiahField(label="Biaya", required=False)


def typed(name, *parts):
    return {f"{name}_{place}": part for place, part in enumerate(parts)}


def test_a_field_shows_label_hint_error_and_control_in_this_order():
    form = SampleForm({})
    html = form["nik"].as_field_group()

    order = [html.index(part) for part in ("<label", "16 angka di bagian atas KTP.", "Isi NIK.", "<input")]

    assert order == sorted(order)


def test_a_wrong_field_is_tied_to_its_hint_and_error():
    html = SampleForm({})["nik"].as_field_group()

    assert 'aria-describedby="id_nik_helptext id_nik_error"' in html
    assert 'aria-invalid="true"' in html


def test_an_optional_field_says_so_and_a_filter_does_not():
    assert "(boleh dikosongkan)" in SampleForm()["note"].as_field_group()
    assert "(boleh dikosongkan)" not in SampleFilter()["q"].as_field_group()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nik", "Isi NIK."),
        ("born_on", "Isi tanggal lahir."),
        ("sex", "Pilih jenis kelamin."),
        ("kelurahan", "Pilih kelurahan."),
        ("happened_at", "Jawab “Kapan kejadiannya?”"),
        ("told", "Centang “Pekerja sudah mendengar untuk apa datanya dipakai”."),
    ],
)
def test_a_required_field_asks_in_our_words(name, message):
    assert SampleForm({}).errors[name] == [message]


def test_a_message_of_the_form_itself_stays():
    class Own(PortalForm):
        nik = forms.CharField(error_messages={"required": "Isi NIK. Lihat 16 angka di bagian atas KTP."})

    assert Own({}).errors["nik"] == ["Isi NIK. Lihat 16 angka di bagian atas KTP."]


@pytest.mark.parametrize("parts", [("7", "8", "1990"), ("07", "08", "1990"), (" 7", "8 ", "1990")])
def test_a_date_is_read_from_three_boxes(parts):
    form = Dates(typed("born_on", *parts))

    assert form.errors == {}
    assert form.cleaned_data == {"born_on": date(1990, 8, 7)}


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("", "", ""), "required"),
        (("7", "", "1990"), "incomplete"),
        (("tujuh", "8", "1990"), "digits"),
        (("٧", "8", "1990"), "digits"),
        (("7", "8", "90"), "year"),
        (("1990", "8", "7"), "year"),
        (("31", "2", "1990"), "invalid"),
        (("29", "2", "2023"), "invalid"),
        (("8", "13", "1990"), "invalid"),
        (("0", "1", "1990"), "invalid"),
        (("1", "1", "0000"), "invalid"),
    ],
)
def test_a_date_that_is_none_is_refused_and_stands_there_again(parts, code):
    form = Dates(typed("born_on", *parts))

    assert [error.code for error in form.errors.as_data()["born_on"]] == [code]
    assert re.findall('value="([^"]*)"', form["born_on"].as_widget()) == [part for part in parts if part]


def test_a_second_step_carries_a_date_unseen():
    first = Dates(typed("born_on", "7", "8", "1990"))

    hidden = first["born_on"].as_hidden()

    assert re.findall(r'type="(\w+)" name="(\w+)" value="(\w+)"', hidden) == [
        ("hidden", "born_on_0", "7"),
        ("hidden", "born_on_1", "8"),
        ("hidden", "born_on_2", "1990"),
    ]


def test_a_known_date_fills_the_boxes():
    html = Dates(initial={"born_on": date(1990, 8, 7)})["born_on"].as_widget()

    assert [html.count(f'value="{part}"') for part in ("7", "8", "1990")] == [1, 1, 1]


@pytest.mark.parametrize("hour", ["13.40", "13:40"])
def test_a_moment_is_an_hour_in_makassar(hour):
    form = Moments(typed("at", "22", "11", "2026", hour))

    assert form.errors == {}
    assert form.cleaned_data == {"at": datetime(2026, 11, 22, 5, 40, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("hour", "code"), [("", "incomplete"), ("24.00", "hour"), ("13.60", "hour"), ("1340", "hour"), ("siang", "hour")]
)
def test_an_hour_that_is_none_is_refused(hour, code):
    form = Moments(typed("at", "22", "11", "2026", hour))

    assert [error.code for error in form.errors.as_data()["at"]] == [code]


def test_a_known_moment_fills_the_boxes_in_makassar_time():
    html = Moments(initial={"at": datetime(2026, 11, 22, 16, 5, tzinfo=UTC)})["at"].as_widget()

    assert [html.count(f'value="{part}"') for part in ("23", "11", "2026", "00.05")] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1500000", 1_500_000),
        ("1.500.000", 1_500_000),
        ("Rp1.500.000", 1_500_000),
        ("Rp 16.800,00", 16_800),
        ("16.800,-", 16_800),
        ("0", 0),
        ("  ", None),
        ("", None),
        ("999999999999", 999_999_999_999),
    ],
)
def test_rupiah_is_read_as_people_write_it(text, amount):
    form = Money({"cost": text})

    assert form.errors == {}
    assert form.cleaned_data == {"cost": amount}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,5", "invalid"),
        ("1.5", "invalid"),
        ("15.00", "invalid"),
        ("1.500,50", "invalid"),
        ("-5", "invalid"),
        ("seribu", "invalid"),
        ("1000000000000", "max_value"),
    ],
)
def test_rupiah_that_could_be_misread_is_refused(text, code):
    form = Money({"cost": text})

    assert [error.code for error in form.errors.as_data()["cost"]] == [code]


def test_known_rupiah_stand_with_points():
    assert 'value="1.500.000"' in Money(initial={"cost": 1_500_000})["cost"].as_widget()
