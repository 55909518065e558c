from datetime import UTC, date, datetime

import pytest
from django.template import Context, RequestContext, Template
from psycopg2.extras import DateRange

from claims.enums import ClaimStatus
from enrollment.enums import BatchStatus, LineStatus, Verdict
from ui.templatetags import ui
from workers.enums import ImportStatus


@pytest.mark.parametrize(
    ("amount", "text"),
    [(0, "Rp0"), (16_800, "Rp16.800"), (1_234_567_890, "Rp1.234.567.890"), (-5_000, "−Rp5.000")],
)
def test_rupiah(amount, text):
    assert ui.rupiah(amount) == text


def test_a_nik_hides_birth_date_and_sex():
    assert ui.nik_mask("7371094112900001") == "7371 09•• •••• 0001"
    assert ui.nik_spaced("7371090000000001") == "7371 0900 0000 0001"


@pytest.mark.parametrize("number", ["081234567890", "+6281234567890", "62 812-3456-7890"])
def test_phone_numbers_are_read_alike(number):
    assert ui.phone(number) == "0812 3456 7890"


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (DateRange(date(2026, 1, 1), date(2027, 1, 1)), "1 Jan 2026 s.d. 31 Des 2026"),
        (DateRange(date(2026, 8, 17), date(2026, 8, 18)), "17 Agu 2026 s.d. 17 Agu 2026"),
        (DateRange(date(2026, 1, 1), None), "sejak 1 Jan 2026"),
    ],
)
def test_a_period_is_said_with_its_last_day(days, text):
    assert ui.period(days) == text


def test_moments_are_said_in_makassar_time():
    at = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)

    assert ui.wita(at) == "23 Nov 2026, 00.05 WITA"
    assert ui.wita_long(at) == "23 November 2026, 00.05 WITA"


def test_shares_are_said_in_percent():
    assert ui.percent(0.726) == "72,6%"


def test_numbers_and_dates_on_pages_are_indonesian():
    html = Template("{{ count }} {{ share }} {{ on }} {{ at|time }}").render(
        Context(
            {"count": 1284, "share": 72.6, "on": date(2026, 11, 22), "at": datetime(2026, 11, 22, 5, 40, tzinfo=UTC)}
        )
    )

    assert html == "1.284 72,6 22 November 2026 13.40"


@pytest.mark.parametrize(
    ("tag", "query"),
    [
        ("{% url_with page=3 %}", "?q=Sitti+%26+Co&amp;page=3"),
        ("{% url_with q=None page=None %}", "?"),
        ("{% url_with sort='-name' page=None %}", "?q=Sitti+%26+Co&amp;sort=-name"),
    ],
)
def test_url_with_changes_only_what_it_names(rf, tag, query):
    request = rf.get("/workers/", {"q": "Sitti & Co", "page": "2"})

    assert Template(tag).render(RequestContext(request)) == query


@pytest.mark.parametrize(
    ("kind", "choices"),
    [
        ("batch", BatchStatus),
        ("line", LineStatus),
        ("claim", ClaimStatus),
        ("import", ImportStatus),
        ("coverage", Verdict),
    ],
)
def test_every_status_looks_like_something_and_is_called_by_its_name(kind, choices):
    assert {code: word for code, (_, _, word) in ui.STATUS_LOOK[kind].items()} == dict(choices.choices)


@pytest.mark.parametrize(("kind", "status"), [("batch", "nonsense"), ("nonsense", "active"), ("batch", "")])
def test_an_unknown_status_is_an_error(kind, status):
    template = Template('{% include "components/status.html" with kind=kind status=status only %}')

    with pytest.raises(KeyError):
        template.render(Context({"kind": kind, "status": status}))


def test_every_status_has_one_of_the_five_tones():
    tones = {tone for looks in ui.STATUS_LOOK.values() for tone, _, _ in looks.values()}

    assert tones == {"ok", "warn", "bad", "info", "mute"}


def test_the_three_answers_differ_in_tone_word_and_sentence():
    assert set(ui.VERDICT_LOOK) == set(Verdict.values)
    assert ui.VERDICT_LOOK["active"] == ("ok", "Aktif", "Peserta aktif pada waktu kejadian.")
    assert ui.VERDICT_LOOK["inactive"] == ("bad", "Tidak aktif", "Bukan peserta aktif pada waktu kejadian.")
    assert ui.VERDICT_LOOK["unknown"] == ("ask", "Belum pasti", "Belum dapat dipastikan sekarang.")
