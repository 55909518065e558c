"""The one dated rule behind every answer: by case, by minute at the WITA day border, and against a slow model."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from enrollment.enums import Verdict
from enrollment.rules import (
    CoveredPeriod,
    History,
    Question,
    answer_coverage,
    answer_nobody,
    may_ask,
    number_on_card,
)
from tests.accounts.factories import UserFactory

WITA = ZoneInfo("Asia/Makassar")
FIRST = date(2026, 1, 1)
ACTIVE, INACTIVE, UNKNOWN = Verdict.ACTIVE, Verdict.INACTIVE, Verdict.UNKNOWN
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WITA)


def months(*numbers: int) -> dict[date, date]:
    """Months of 2026, each received on its 12th."""
    return {date(2026, number, 1): date(2026, number, 12) for number in numbers}


def period(start: date, end: date | None = None, *, entered_at: datetime = LONG_AGO, end_reason: str = ""):
    return CoveredPeriod("JKK_JKM", "APBD", "26030000001", start, end, entered_at, end_reason)


SINCE_MARCH = (period(date(2026, 3, 1)),)
BY_HERSELF = (CoveredPeriod("JKK_JKM", "SELF", "26030000001", date(2026, 3, 1), None, LONG_AGO),)
MARCH_TO_JUNE = months(3, 4, 5, 6)
GAP = History((period(date(2026, 1, 1)),), months(1, 2, 4))
ENDED = (period(date(2026, 1, 1), date(2026, 10, 1), end_reason="pindah kota"),)
TWICE = (period(date(2026, 1, 1), date(2026, 4, 1)), period(date(2026, 8, 1)))
ENTERED_LATE = (period(date(2026, 5, 1), entered_at=at("2026-05-05 09:00")),)

CASES = [
    # AC-W1
    ("W1", History(SINCE_MARCH, MARCH_TO_JUNE), "2026-06-15 10:00", ACTIVE, "active"),
    # AC-W2
    ("W2", History(SINCE_MARCH, MARCH_TO_JUNE), "2026-02-20 10:00", INACTIVE, "before_start"),
    # AC-W4: enrolled, never a paid month
    ("W4", History(SINCE_MARCH), "2026-03-05 10:00", INACTIVE, "no_paid_month"),
    # AC-W5
    ("W5 paid", GAP, "2026-02-15 10:00", ACTIVE, "active"),
    ("W5 gap", GAP, "2026-03-15 10:00", UNKNOWN, "month_unpaid"),
    ("W5 paid again", GAP, "2026-04-15 10:00", ACTIVE, "active"),
    # AC-C5, T10: the month is unpaid after paid ones, or before them
    ("C5", History(SINCE_MARCH, MARCH_TO_JUNE), "2026-07-01 10:00", UNKNOWN, "month_unpaid"),
    ("C5 first month", History(SINCE_MARCH, months(4)), "2026-03-05 10:00", UNKNOWN, "month_unpaid"),
    # AC-C1
    ("C1 yesterday", History(ENDED, months(*range(1, 11))), "2026-09-30 10:00", ACTIVE, "active"),
    ("C1 today", History(ENDED, months(*range(1, 11))), "2026-10-01 10:00", INACTIVE, "after_end"),
    # AC-C2, AC-W7: business dates decide, lateness is said
    ("C2", History(ENTERED_LATE, months(5)), "2026-05-03 10:00", ACTIVE, "active_entered_after"),
    ("C2 later", History(ENTERED_LATE, months(5)), "2026-05-05 09:00", ACTIVE, "active"),
    # AC-W8: cover starts tomorrow
    ("W8 today", History(SINCE_MARCH, months(3)), "2026-02-28 23:59", INACTIVE, "before_start"),
    ("W8 tomorrow", History(SINCE_MARCH, months(3)), "2026-03-01 00:00", ACTIVE, "active"),
    # AC-W11
    ("W11", History(), "2026-06-15 10:00", INACTIVE, "not_enrolled"),
    ("between", History(TWICE, months(1, 2, 3, 8)), "2026-05-15 10:00", INACTIVE, "between_periods"),
    ("renewed", History(TWICE, months(1, 2, 3, 8)), "2026-08-15 10:00", ACTIVE, "active"),
    # rule T7: cover may count from the day the file was taken
    ("T7 before", History((), {}, date(2026, 6, 15)), "2026-06-14 23:59", INACTIVE, "not_enrolled"),
    ("T7 from", History((), {}, date(2026, 6, 15)), "2026-06-15 00:00", UNKNOWN, "awaiting_bpjs"),
    ("T7 again", History(ENDED, months(9), date(2026, 11, 2)), "2026-11-05 10:00", UNKNOWN, "awaiting_bpjs"),
    # rule T8: who pays alone is covered once number and first payment are in place
    ("T8 number alone", History(BY_HERSELF), "2026-03-05 10:00", INACTIVE, "no_paid_month"),
    ("T8 payment alone", History((), months(3)), "2026-03-15 10:00", INACTIVE, "not_enrolled"),
    ("T8 before both", History(BY_HERSELF, months(3)), "2026-03-11 23:59", UNKNOWN, "first_payment_later"),
    ("T8 both", History(BY_HERSELF, months(3)), "2026-03-12 00:00", ACTIVE, "active"),
    ("T8 second month", History(BY_HERSELF, months(3, 4)), "2026-04-05 10:00", ACTIVE, "active"),
    ("T8 another pays", History(SINCE_MARCH, months(3)), "2026-03-05 10:00", ACTIVE, "active"),
    # rule T10: paid in a later month, after the accident
    (
        "T10 arrears",
        History(SINCE_MARCH, {**months(3), date(2026, 4, 1): date(2026, 5, 2)}),
        "2026-04-20 10:00",
        UNKNOWN,
        "paid_in_arrears",
    ),
    ("T10 same month", History(SINCE_MARCH, months(3, 4)), "2026-04-03 10:00", ACTIVE, "active"),
    # rules T5, T6: three unpaid months in a row are allowed, four are not
    ("T5 three", History(SINCE_MARCH, months(3, 7)), "2026-07-15 10:00", ACTIVE, "active"),
    ("T5 four", History(SINCE_MARCH, months(3, 8)), "2026-08-15 10:00", UNKNOWN, "gap_too_long"),
]


@pytest.mark.parametrize(
    ("history", "event_at", "verdict", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_answers(history, event_at, verdict, code):
    answer = answer_coverage(history, event_at=at(event_at))

    assert (answer.verdict, answer.code) == (verdict, code)
    assert answer.programs == (("JKK", "JKM") if verdict == ACTIVE else ())
    assert answer.entered_after_event == (code == "active_entered_after")


@pytest.mark.parametrize(
    ("history", "event_at", "sentence"),
    [
        (
            History(SINCE_MARCH, MARCH_TO_JUNE),
            "2026-06-15 10:00",
            "Terlindungi Jaminan Kecelakaan Kerja dan Jaminan Kematian.",
        ),
        (
            History(SINCE_MARCH, MARCH_TO_JUNE),
            "2026-02-20 10:00",
            "Kepesertaan baru mulai 1 Maret 2026, setelah kejadian.",
        ),
        (
            History(ENDED, months(9)),
            "2026-11-22 13:40",
            "Kepesertaan berakhir 30 September 2026 (pindah kota) dan belum disambung.",
        ),
        (
            History(TWICE, months(1)),
            "2026-05-15 10:00",
            "Kepesertaan berakhir 31 Maret 2026 dan baru disambung 1 Agustus 2026.",
        ),
        (
            GAP,
            "2026-03-15 10:00",
            "Iuran Maret 2026 belum tercatat lunas, jadi perlindungannya belum dapat dipastikan. "
            "Ini bukan jawaban tidak aktif.",
        ),
    ],
)
def test_the_sentence_names_the_date(history, event_at, sentence):
    assert answer_coverage(history, event_at=at(event_at)).reason == sentence


@pytest.mark.parametrize(
    ("question", "found", "misfits", "code", "sentence"),
    [
        (Question("7371091708900001"), 0, [], "not_found", "Nomor ini tidak ditemukan di data kota."),  # AC-W10
        (Question("", "Baso", FIRST), 0, [], "not_found", "Nama dan tanggal lahir ini tidak ditemukan di data kota."),
        (Question("", "Baso", FIRST), 2, [], "several", "Lebih dari satu orang bernama dan lahir seperti ini."),
        (Question("737109", "Baso"), 1, ["name"], "data_name", "Nama tidak cocok dengan nomor ini."),  # AC-C7
    ],
)
def test_nobody_who_is_meant_is_doubt(question, found, misfits, code, sentence):
    answer = answer_nobody(question, found=found, misfits=misfits)

    assert (answer.verdict, answer.code, answer.period) == (UNKNOWN, code, None)
    assert answer.reason.startswith(sentence)
    assert answer.reason.endswith("Ini bukan jawaban tidak aktif.")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (Question("7371091708900001"), "7371091708900001"),
        (Question("", "Baso", FIRST), "|Baso|2026-01-01"),
        (Question("737109", "Baso"), "737109|Baso|"),
        (Question("737109", "", FIRST), "737109||2026-01-01"),
    ],
)
def test_a_kept_question_reads_as_it_was_asked(question, text):
    assert str(question) == text
    assert Question.read(text) == question


def test_what_was_typed_is_tidied():
    assert Question.typed("7371 0917 0890 0001", " Baso |  Rahim ") == Question("7371091708900001", "Baso Rahim")


def test_the_answer_names_what_it_rests_on():  # AC-W1
    answer = answer_coverage(History(SINCE_MARCH, MARCH_TO_JUNE), event_at=at("2026-06-15 10:00"))

    assert answer.period == SINCE_MARCH[0]
    assert answer.last_paid_month == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("utc", "verdict", "code"),
    [
        ("2026-02-28 15:59", INACTIVE, "before_start"),  # 23.59 WITA on the day before
        ("2026-02-28 16:00", ACTIVE, "active"),  # 00.00 WITA on the first day
        ("2026-03-31 15:59", ACTIVE, "active"),  # 23.59 WITA on the last day
        ("2026-03-31 16:00", INACTIVE, "after_end"),  # 00.00 WITA on the day after
    ],
)
def test_the_day_begins_at_midnight_in_makassar(utc, verdict, code):
    march = History((period(date(2026, 3, 1), date(2026, 4, 1)),), months(3))

    answer = answer_coverage(march, event_at=datetime.fromisoformat(utc).replace(tzinfo=UTC))

    assert (answer.verdict, answer.code) == (verdict, code)


@pytest.mark.parametrize(("utc", "code"), [("2026-06-30 15:59", "active"), ("2026-06-30 16:00", "month_unpaid")])
def test_the_month_turns_at_midnight_in_makassar(utc, code):
    history = History(SINCE_MARCH, MARCH_TO_JUNE)

    assert answer_coverage(history, event_at=datetime.fromisoformat(utc).replace(tzinfo=UTC)).code == code


DAYS = [FIRST + timedelta(days=n) for n in range(365)]


@st.composite
def histories(draw) -> History:
    """Up to three periods of one year that do not overlap, with any months paid, some of them late."""
    cuts = sorted(draw(st.sets(st.sampled_from(DAYS), max_size=6)))
    pairs = [*zip(cuts[::2], cuts[1::2], strict=False)]
    if len(cuts) % 2:
        pairs.append((cuts[-1], None))
    periods = tuple(period(start, end) for start, end in pairs)
    paid = {}
    for number in draw(st.sets(st.integers(1, 12))):
        month = date(2026, number, 1)
        paid[month] = month + timedelta(days=draw(st.sampled_from([0, 14, 45])))
    awaiting = draw(st.none() | st.sampled_from(DAYS))
    return History(periods, paid, awaiting)


def slow_answer(history: History, day: date) -> str:
    """The same question, asked of every day of the year in a list."""
    covered = [any(p.start <= d and not (p.end is not None and p.end <= d) for p in history.periods) for d in DAYS]
    today = DAYS.index(day)
    if not covered[today]:
        if history.awaiting_since is not None and history.awaiting_since in DAYS[: today + 1]:
            return "awaiting_bpjs"
        was, will = any(covered[:today]), any(covered[today + 1 :])
        return {(0, 0): "not_enrolled", (0, 1): "before_start", (1, 0): "after_end", (1, 1): "between_periods"}[
            was, will
        ]
    if len(history.paid) == 0:
        return "no_paid_month"
    received = history.paid.get(date(2026, day.month, 1))
    if received is None:
        return "month_unpaid"
    if received > day and (received.year, received.month) != (2026, day.month):
        return "paid_in_arrears"
    start = today
    while start > 0 and any(p.holds(DAYS[start - 1]) and p.holds(day) for p in history.periods):
        start -= 1
    unpaid, seen_paid = 0, False
    for number in range(DAYS[start].month, day.month):
        if date(2026, number, 1) in history.paid:
            unpaid, seen_paid = 0, True
        else:
            unpaid += 1
    return "gap_too_long" if seen_paid and unpaid > 3 else "active"


@settings(max_examples=max(1000, settings.default.max_examples))
@given(history=histories(), day=st.sampled_from(DAYS), minute=st.integers(0, 24 * 60 - 1))
def test_random_histories_answer_as_the_slow_model_does(history, day, minute):
    event_at = datetime(day.year, day.month, day.day, tzinfo=WITA) + timedelta(minutes=minute)

    answer = answer_coverage(history, event_at=event_at.astimezone(UTC))

    assert answer.code == slow_answer(history, day)


@settings(max_examples=300, deadline=None)
@given(history=histories(), day=st.sampled_from(DAYS))
def test_nobody_is_active_without_a_day_of_cover_and_a_paid_month(history, day):
    answer = answer_coverage(history, event_at=datetime(day.year, day.month, day.day, 12, tzinfo=WITA))

    assert (answer.verdict == ACTIVE) <= (
        any(p.holds(day) for p in history.periods) and day.replace(day=1) in history.paid
    )
    assert len(answer.reason) <= 300
    assert len(answer.code) <= 40


NOW = at("2026-11-22 14:00")


@pytest.mark.parametrize(
    ("question", "event_at", "codes"),
    [
        ("7371091708900001", NOW, []),
        ("26030000001", NOW, []),
        ("123456", NOW, []),
        ("12345", NOW, ["nik_length"]),
        ("737109170890000", NOW, ["nik_length"]),  # AC-W10: 15 digits
        ("73710917089000011", NOW, ["nik_length"]),
        ("", NOW, ["no_key"]),  # AC-P26
        ("BASO", NOW, ["not_digits"]),
        ("٧٣٧١٠٩١٧٠٨٩٠٠٠٠١", NOW, ["not_digits"]),
        ("7371091708900001", NOW + timedelta(minutes=1), ["event_in_future"]),  # AC-W32
        ("737109", NOW - timedelta(days=4000), []),
    ],
)
def test_what_may_be_asked(question, event_at, codes):
    user = UserFactory.build(role=Role.HOSPITAL)

    assert (
        may_ask(user, question=Question.typed(question), event_at=event_at, asked_at=NOW, has_agreement=True).codes
        == codes
    )


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMIN, Role.BPJS, Role.AUDITOR])
def test_only_hospitals_ask(role):  # rule X7
    user = UserFactory.build(role=role)

    decision = may_ask(user, question=Question("7371091708900001"), event_at=NOW, asked_at=NOW, has_agreement=False)

    assert decision.codes == ["not_a_hospital", "no_agreement"]


def test_a_nik_of_15_digits_is_told_so():  # AC-W10
    user = UserFactory.build(role=Role.HOSPITAL)

    (reason,) = may_ask(
        user, question=Question("737109170890000"), event_at=NOW, asked_at=NOW, has_agreement=True
    ).reasons

    assert reason.text == "NIK harus 16 angka. Yang diisi 15 angka."


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("26030000001", "26030000001"),
        (" 2603 0000 001\n", "26030000001"),
        ("260300", "260300"),
        ("26030", ""),
        ("7371091708900001", ""),  # a NIK is on no card of ours
        ("https://contoh.example/26030000001", ""),
        ("", ""),
    ],
)
def test_a_card_holds_the_digits_of_a_participant_number(text, number):
    assert number_on_card(text) == number


@pytest.mark.parametrize(
    "question",
    [
        Question("7371091708900001"),
        Question("", "Baso", date(1990, 8, 17)),
        Question("", "Baso", birth_year=1990),
        Question("26030000001", "Baso", date(1990, 8, 17)),
    ],
)
def test_a_question_is_read_back_as_it_was_kept(question):
    assert Question.read(str(question)) == question
