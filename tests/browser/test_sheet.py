"""The answer of a coverage check on a phone, at a desk and on paper."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from pypdf import PdfReader

from enrollment import operations
from enrollment.enums import Accident, Purpose, Verdict
from tests.accounts.factories import UserFactory
from tests.browser.chromium import DESK, PHONE, assert_page_ok, screenshot
from tests.enrollment.factories import ContributionFactory, MembershipFactory, ReceiptFactory
from tests.workers.factories import WorkerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG_NAME = "Andi Muhammad Nurhidayatullah Syamsuddin Dg. Mattola"


def test_three_answers_on_phone_desk_and_one_page_of_paper(log_in, live_server, tmp_path):
    pictures = Path(os.environ.get("SCREENS") or tmp_path)
    now = timezone.localtime()
    clerk = UserFactory(hospital_staff=True)
    covered = MembershipFactory(worker__name=LONG_NAME, period=(now.date().replace(day=1), None), entered_at=now)
    ContributionFactory(membership=covered, month=now.date().replace(day=1), receipt=ReceiptFactory(received_on=now))
    numbers = [covered.worker.nik, WorkerFactory().nik, "7371091708900099"]
    checks = [
        operations.check_coverage(
            by=clerk,
            question=number,
            event_at=now,
            purpose=Purpose.EMERGENCY,
            accident=Accident.TRAFFIC_AT_WORK,
        )
        for number in numbers
    ]
    assert [check.verdict for check in checks] == [Verdict.ACTIVE, Verdict.INACTIVE, Verdict.UNKNOWN]

    for viewport in (PHONE, DESK):
        page = log_in(clerk, viewport=viewport)
        page.goto(f"{live_server.url}/coverage/")
        page.get_by_text("Tidak ada nomor?").click()
        assert_page_ok(page)
        screenshot(page, pictures / f"check-{viewport['width']}.png")
        for check in checks:
            page.goto(live_server.url + check.get_absolute_url())
            assert_page_ok(page)
            screenshot(page, pictures / f"sheet-{check.verdict}-{viewport['width']}.png")
            paper = page.pdf(prefer_css_page_size=True)
            (pictures / f"sheet-{check.verdict}.pdf").write_bytes(paper)
            assert len(PdfReader(BytesIO(paper)).pages) == 1
            page.goto(live_server.url + check.get_verify_url())
            assert_page_ok(page)
            assert page.get_by_text("Nomor dan isi cocok.").is_visible()
            screenshot(page, pictures / f"verify-{check.verdict}-{viewport['width']}.png")
