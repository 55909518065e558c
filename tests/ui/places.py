"""Addresses for every place in the menus, so that tests of the menu stand on their own."""

from django.urls import include, path
from django.views.generic import View

page = View.as_view()

urlpatterns = [
    path("", page, name="home"),
    path("help/", page, name="help"),
    path("privacy/", page, name="privacy"),
    path("policies/", page, name="policy_list"),
    path("exports/", page, name="export_list"),
    path("inbox/", page, name="inbox_list"),
    path("trail/", page, name="trail_list"),
    path("accounts/", page, name="account_list"),
    path("hospitals/", page, name="hospital_list"),
    path(
        "workers/",
        include(
            (
                [
                    path("", page, name="worker_list"),
                    path("register/", page, name="worker_search"),
                    path("imports/", page, name="import_list"),
                    path("pairs/", page, name="pair_list"),
                    path("reviews/", page, name="review_list"),
                ],
                "workers",
            )
        ),
    ),
    path(
        "",
        include(
            (
                [
                    path("batches/", page, name="batch_list"),
                    path("receipts/", page, name="receipt_list"),
                    path("budgets/", page, name="budget_list"),
                    path("cards/", page, name="card_list"),
                    path("months/", page, name="month_list"),
                    path("gaps/", page, name="gap_list"),
                    path("coverage/", page, name="coverage_check"),
                    path("coverage/checks/", page, name="coverage_list"),
                ],
                "enrollment",
            )
        ),
    ),
    path(
        "claims/",
        include(([path("", page, name="claim_list"), path("transfers/", page, name="transfer_list")], "claims")),
    ),
]
