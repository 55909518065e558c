from decimal import Decimal

import pytest

from enrollment import rules
from enrollment.enums import Answer, Delivery, Mismatch, Package
from tests.enrollment.planting import LARGE, PLANTED, SMALL, month_of

PRICES = {Package.JKK_JKM: SMALL, Package.JKK_JKM_JHT: LARGE}
NOBODY = {"paid": (), "ended": (), "rejected": ()}


def member(person, package=Package.JKK_JKM):
    return rules.Listed(person=person, membership=hash(person) % 1000, package=package, amounts=PRICES)


def billed(row, person, amount=SMALL, *, programs="JKK+JKM", nik=""):
    return rules.Billed(row=row, nik=nik, person=person, programs=programs, amount=amount)


def kinds(found):
    return [(difference.kind, difference.row, difference.listed, difference.billed) for difference in found.differences]


def test_a_line_that_says_what_the_list_says_agrees():
    one = member("a")

    found = rules.compare([billed(2, "a")], [one], **NOBODY)

    assert found == rules.Reconciliation({2: one.membership}, (), billed=SMALL, listed=SMALL, agreed_amount=SMALL)


@pytest.mark.parametrize(
    ("line", "package", "kind"),
    [
        (billed(2, "a", SMALL, programs=""), Package.JKK_JKM_JHT, Mismatch.OTHER_PACKAGE),  # AC-R7: 36,800 and 16,800
        (billed(2, "a", SMALL, programs="JKM, JKK"), Package.JKK_JKM_JHT, Mismatch.OTHER_PACKAGE),
        (billed(2, "a", LARGE, programs="jkk_jkm"), Package.JKK_JKM_JHT, Mismatch.OTHER_PACKAGE),  # the same money
        (billed(2, "a", SMALL - 1), Package.JKK_JKM, Mismatch.OTHER_AMOUNT),
        (billed(2, "a", 0), Package.JKK_JKM, Mismatch.OTHER_AMOUNT),
        (billed(2, "a", SMALL + 1, programs="Paket Berjasa"), Package.JKK_JKM, Mismatch.OTHER_AMOUNT),
    ],
)
def test_package_and_amount_can_differ(line, package, kind):
    one = member("a", package)

    found = rules.compare([line], [one], **NOBODY)

    assert kinds(found) == [(kind, 2, PRICES[package], line.amount)]
    assert found.differences[0].membership == one.membership


def test_who_is_billed_and_not_listed_is_told_by_what_is_known_of_them():
    bill = [
        billed(2, None, nik="7371090000000001"),  # AC-R8
        billed(3, "known"),
        billed(4, "ended"),
        billed(5, "rejected"),
        billed(6, "paid"),
    ]

    found = rules.compare(bill, [], paid=["paid"], ended=["ended"], rejected=["rejected"])

    assert kinds(found) == [
        (Mismatch.MISSING_HERE, 2, 0, SMALL),
        (Mismatch.MISSING_HERE, 3, 0, SMALL),
        (Mismatch.ENDED, 4, 0, SMALL),
        (Mismatch.REJECTED, 5, 0, SMALL),
        (Mismatch.TWICE, 6, 0, SMALL),
    ]


def test_a_second_line_about_one_person_is_shown_and_never_added():  # AC-R10
    bill = [billed(2, "a"), billed(3, "a"), billed(4, None, nik="1"), billed(5, None, nik="1"), billed(6, "a")]

    found = rules.compare(bill, [member("a")], **NOBODY)

    assert list(found.agreed) == [2]
    assert kinds(found) == [
        (Mismatch.TWICE, 3, 0, SMALL),
        (Mismatch.MISSING_HERE, 4, 0, SMALL),
        (Mismatch.TWICE, 5, 0, SMALL),
        (Mismatch.TWICE, 6, 0, SMALL),
    ]


def test_lines_without_a_nik_are_each_somebody():
    found = rules.compare([billed(2, None), billed(3, None)], [], **NOBODY)

    assert [difference.kind for difference in found.differences] == [Mismatch.MISSING_HERE, Mismatch.MISSING_HERE]


def test_who_is_listed_and_not_billed_is_told():
    found = rules.compare([], [member("a"), member("b", Package.JKK_JKM_JHT)], **NOBODY)

    assert kinds(found) == [(Mismatch.MISSING_THERE, None, SMALL, 0), (Mismatch.MISSING_THERE, None, LARGE, 0)]
    assert (found.billed, found.listed, found.difference) == (0, SMALL + LARGE, -SMALL - LARGE)


@pytest.mark.parametrize(("seed", "lines"), [*((seed, 400) for seed in range(50)), (50, 5_000)])
def test_a_month_is_reconciled_exactly(seed, lines):  # AC-R14
    month = month_of(seed, lines=lines)
    assert (len(month.bill), sum(PLANTED.values()), len(PLANTED)) == (lines, 37, 7)
    members = [
        rules.Listed(nik, place, Package.JKK_JKM if price == SMALL else Package.JKK_JKM_JHT, PRICES)
        for place, (nik, price) in enumerate(month.members)
    ]
    bill = [rules.Billed(row, nik, nik, programs, amount) for row, (nik, programs, amount) in enumerate(month.bill, 2)]

    found = rules.compare(bill, members, paid=(), ended=set(month.ended), rejected=set(month.rejected))

    told = [
        (difference.kind, difference.person, difference.listed, difference.billed) for difference in found.differences
    ]
    assert sorted(told) == month.planted
    assert len(found.agreed) == lines - 37 + PLANTED[Mismatch.MISSING_THERE]
    assert found.billed == sum(amount for _, _, amount in month.bill)
    assert found.listed == sum(price for _, price in month.members)
    assert found.billed == found.listed + sum(billed - listed for _, _, listed, billed in month.planted)
    assert found.difference == found.billed - found.listed


@pytest.mark.parametrize(
    ("answer", "listed", "billed", "payable"),
    [
        (Answer.PAY_BILLED, LARGE, SMALL, SMALL),
        (Answer.PAY_LISTED, SMALL, LARGE, SMALL),
        (Answer.PAY_LISTED, LARGE, SMALL, SMALL),  # never more than was billed
        (Answer.HOLD, LARGE, SMALL, 0),
        (Answer.ASK_BILL, SMALL, 0, 0),
        (Answer.FIX_LIST, SMALL, 0, 0),
    ],
)
def test_the_answer_says_what_is_paid(answer, listed, billed, payable):
    assert rules.payable(answer, listed=listed, billed=billed) == payable


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("16800", "16800"),
        ("16.800", "16800"),
        ("Rp16.800", "16800"),
        ("Rp. 16.800,-", "16800"),
        ("16.800,00", "16800"),
        ("16,800.00", "16800"),
        ("500.00", "500"),
        ("400.23", "400.23"),
        ("400,2", "400.2"),
        ("1.234.567", "1234567"),
        (" 0 ", "0"),
        ("-1", "-1"),  # AC-R1
        ("-Rp1.000", "-1000"),
        ("(1.000)", "-1000"),
    ],
)
def test_amounts_are_read_as_people_write_them(text, amount):
    assert rules.read_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "gratis", "16,800", "1.68.00", "1e4", "16 800 000 000 000 000", "--1", "=1+1"])
def test_what_is_no_amount_or_could_be_two_is_not_guessed(text):
    assert rules.read_amount(text) is None


@pytest.mark.parametrize(
    ("text", "amount"), [("16.800,00", 16_800), ("0", 0), ("-1", None), ("400.23", None), ("x", None)]
)
def test_a_bill_is_in_whole_rupiah(text, amount):
    assert rules.whole_rupiah(text) == amount


@pytest.mark.parametrize(
    ("paid", "asked", "delivery"),
    [
        ("-1", "100.00", None),  # AC-R1
        ("0", "0.00", Delivery.NOTHING),  # AC-R2
        ("400.23", "400.23", Delivery.DONE),  # AC-R4
        ("500", "500.00", Delivery.DONE),
        ("500.00", "500.00", Delivery.DONE),
        ("499,99", "500.00", Delivery.PART),
        ("600", "100", None),  # AC-R5
        ("banyak", "100", None),
        ("100", "", None),
    ],
)
def test_what_a_payment_says_of_what_was_asked(paid, asked, delivery):
    assert rules.delivery_of(paid, asked=asked) == delivery


def test_more_than_was_asked_is_refused_with_the_value():  # AC-R5
    (reason,) = rules.may_take_payment("600", asked=100).reasons

    assert (reason.code, reason.text) == ("paid_above", "Jumlah diterima 600 lebih besar dari perintah bayar.")
