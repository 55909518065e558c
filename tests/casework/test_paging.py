"""Pages by key, over the kecamatan of a made-up city: their names are in no order of their codes."""

import pytest
from django.db.models import Value
from django.db.models.functions import Lower

from casework.paging import Order, Page, page_of
from regions.models import Region, RegionLevel

NAMES = ["Tallo", "mariso", "Bontoala", "Mamajang", "wajo", "Rappocini", "Tallo"]
BY_NAME = Order(Lower("name"), "pk")


@pytest.fixture
def rows(db):
    city = Region.objects.create(code="73.71", level=RegionLevel.CITY, name="Kota Makassar")
    for number, name in enumerate(NAMES):
        Region.objects.create(code=f"73.71.{number:02d}", level=RegionLevel.KECAMATAN, name=name, parent=city)
    return Region.objects.filter(level=RegionLevel.KECAMATAN)


def shown(page):
    return [region.code[-2:] for region in page]


def through(rows, order, size):
    """All pages forwards, then all backwards from the last."""
    pages = [page_of(rows, "", order=order, size=size)]
    while pages[-1].next:
        pages.append(page_of(rows, pages[-1].next, order=order, size=size))
    back = [page_of(rows, pages[-1].previous, order=order, size=size)]
    while back[-1].previous:
        back.append(page_of(rows, back[-1].previous, order=order, size=size))
    return pages, back


def test_pages_lead_forwards_and_back(rows):
    pages, back = through(rows, BY_NAME, 3)

    assert [shown(page) for page in pages] == [["02", "03", "01"], ["05", "00", "06"], ["04"]]
    assert [shown(page) for page in back] == [["05", "00", "06"], ["02", "03", "01"]]
    assert [(page.first_number, page.last_number, page.count) for page in pages] == [(1, 3, 7), (4, 6, 7), (7, 7, 7)]
    assert [(page.first_number, page.last_number) for page in back] == [(4, 6), (1, 3)]
    assert (pages[0].previous, pages[-1].next) == ("", "")


def test_a_falling_order_is_the_other_way_round(rows):
    pages, _ = through(rows, reversed(BY_NAME), 4)

    assert [shown(page) for page in pages] == [["04", "06", "00", "05"], ["01", "03", "02"]]


def test_the_last_page_is_full(rows):
    page = page_of(rows, "last", order=BY_NAME, size=3)

    assert shown(page) == ["00", "06", "04"]
    assert (page.first_number, page.last_number, page.count, page.next) == (5, 7, 7, "")
    assert shown(page_of(rows, page.previous, order=BY_NAME, size=3)) == ["03", "01", "05"]


def test_a_list_of_one_page_needs_no_links_and_no_count(rows, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = page_of(rows, "", order=BY_NAME, size=7)

    assert (len(page), page.count, page.previous, page.next) == (7, 7, "", "")
    assert page_of(rows, "last", order=BY_NAME, size=7).rows == page.rows


def test_an_empty_list_is_a_page_without_rows(rows):
    for asked in ("", "last"):
        page = page_of(rows.none(), asked, order=BY_NAME)
        assert (page.rows, page.count, page.previous, page.next) == ([], 0, "", "")


def test_rows_that_come_or_go_shift_nothing(rows):
    first = page_of(rows, "", order=BY_NAME, size=3)
    Region.objects.create(code="73.71.80", level=RegionLevel.KECAMATAN, name="Aru", parent_id="73.71")
    rows.filter(code="73.71.01").delete()  # the row after which the next page begins

    assert shown(page_of(rows, first.next, order=BY_NAME, size=3)) == ["05", "00", "06"]


def test_behind_the_end_is_the_last_page_and_before_the_beginning_the_first(rows):
    page = page_of(rows, "", order=BY_NAME, size=6)
    rows.filter(code="73.71.04").delete()
    assert shown(page_of(rows, page.next, order=BY_NAME, size=6)) == ["02", "03", "01", "05", "00", "06"]

    middle = page_of(rows, page_of(rows, "", order=BY_NAME, size=3).next, order=BY_NAME, size=3)
    rows.filter(code="73.71.02").delete()
    assert shown(page_of(rows, middle.previous, order=BY_NAME, size=3)) == ["03", "01", "05"]


def test_numbers_never_fall_below_one(rows):
    second = page_of(rows, page_of(rows, "", order=BY_NAME, size=2).next, order=BY_NAME, size=2)
    for number in range(80, 84):
        Region.objects.create(
            code=f"73.71.{number}", level=RegionLevel.KECAMATAN, name=f"Aru {number}", parent_id="73.71"
        )

    assert page_of(rows, second.previous, order=BY_NAME, size=2).first_number == 1


@pytest.mark.parametrize("asked", ["2", "-1", "\x00", "é", "bGFpbg==", "a" * 5000])
def test_a_link_that_nobody_gave_out_leads_to_the_first_page(rows, asked):
    assert shown(page_of(rows, asked, order=BY_NAME, size=2)) == ["02", "03"]


def test_a_link_of_one_order_is_none_of_another(rows):
    link = page_of(rows, "", order=BY_NAME, size=2).next

    assert shown(page_of(rows, link, order=Order("pk"), size=2)) == ["00", "01"]
    assert shown(page_of(rows, link, order=reversed(BY_NAME), size=2)) == ["04", "06"]


def test_nobody_counts_a_million(rows):
    page = page_of(rows, "", order=BY_NAME, size=3, counted=5)
    last = page_of(rows, "last", order=BY_NAME, size=3, counted=5)

    assert (page.count_words, last.count_words) == ("lebih dari 5", "lebih dari 5")
    assert (page.first_number, last.first_number, last.last_number) == (1, None, None)
    assert page_of(rows, last.previous, order=BY_NAME, size=3, counted=5).first_number is None


def test_counts_are_written_with_points(rows):
    assert Page(rows=[], count=1284, first_number=1, previous="", next="").count_words == "1.284"


def test_an_order_may_be_of_an_annotation(rows):
    marked = rows.annotate(mine=Value(True))
    pages, _ = through(marked, Order("mine", "pk", falling=True), 4)

    assert [shown(page) for page in pages] == [["06", "05", "04", "03"], ["02", "01", "00"]]
