from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import fresh_login, roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import deed_page, posted
from enrollment import operations, rules
from enrollment.enums import Package
from enrollment.forms import BudgetForm, DeedForm, FundForm, PlanForm, ReasonForm, YearForm
from enrollment.models import Budget, Fund
from ui.charts import shares
from workers.enums import OccupationCategory


@dataclass(frozen=True)
class Account:
    """A fund's year as the page shows it."""

    fund: Fund
    budget: Budget | None
    money: rules.Money
    packages: list[tuple[str, rules.Money]]
    rows: list[dict[str, Any]]

    @property
    def bar(self) -> list[dict]:
        return bar_of(self.money)


def bar_of(money: rules.Money, *, planned: int = 0) -> list[dict]:
    """What is spent, committed, planned and left, or how much is missing."""
    left = money.left - planned
    used = [("spent", money.spent), ("committed", money.committed), ("plan", planned)]
    return shares([*used, ("left", max(left, 0))], total=money.budget)


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
def budget_list(request: HttpRequest) -> HttpResponse:
    year = YearForm(request.GET).chosen()
    context = {
        "form": YearForm({"year": year}),
        "year": year,
        "accounts": _accounts(request, year),
        "decides": request.user.role == Role.ADMIN,
        "now": timezone.now(),
    }
    return render(request, "enrollment/budget_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def fund_record(request: HttpRequest) -> HttpResponse:
    form = FundForm(posted(request))
    if form.is_valid():
        try:
            fund = operations.record_fund(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"Sumber dana {fund} dicatat. Usulkan anggarannya.")
            return redirect("enrollment:budget_list")
    return render(request, "enrollment/fund_record.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def budget_propose(request: HttpRequest) -> HttpResponse:
    form = BudgetForm(posted(request), initial={"fund": Fund.objects.first(), "year": timezone.localdate().year})
    if form.is_valid():
        try:
            operations.propose_budget(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Usulan anggaran tersimpan. Berlaku setelah disetujui admin lain.")
            return redirect("enrollment:budget_list")
    return render(request, "enrollment/budget_propose.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def budget_approve(request: HttpRequest, pk: int) -> HttpResponse:
    budget = _budget(pk)
    return deed_page(
        request,
        DeedForm(posted(request)),
        partial(operations.approve_budget, pk),
        done=lambda _: f"Anggaran {budget.fund} {budget.year} disetujui.",
        back="enrollment:budget_list",
        template="enrollment/budget_approve.html",
        context={
            "budget": budget,
            "says": _says(budget),
            "money": rules.money_of(budget.fund, budget.year, budget=budget),
            "current": rules.budget_in_force(budget.fund, budget.year, on=timezone.localdate()),
            "may": rules.may_approve_budget(budget, request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def budget_reject(request: HttpRequest, pk: int) -> HttpResponse:
    budget = _budget(pk)
    return deed_page(
        request,
        ReasonForm(posted(request)),
        partial(operations.reject_budget, pk),
        done=lambda _: "Usulan anggaran ditolak.",
        back="enrollment:budget_list",
        template="enrollment/budget_reject.html",
        context={"budget": budget, "says": _says(budget), "may": rules.may_reject_budget(budget, request.user)},
    )


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
def budget_plan(request: HttpRequest) -> HttpResponse:
    """What a batch would cost: the address holds the terms, and nothing is written."""
    form = PlanForm(request.GET if "package" in request.GET else None)
    context = {"form": form, "plan": None}
    if form.is_valid():
        try:
            context |= _planned(request, form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
    return render(request, "enrollment/budget_plan.html", context, status=422 if form.errors else 200)


def _planned(request: HttpRequest, asked: dict[str, Any]) -> dict[str, Any]:
    today = timezone.localdate()
    policy = rules.policy_in_force(today)
    plan = rules.plan_batch(
        by=request.user,
        terms=rules.Terms(asked["package"], asked["payer"], asked["start_month"]),
        policy=policy,
        on=today,
        fund=asked["fund"],
        cohort=asked["cohort"],
        desil_limit=asked["desil_limit"],
    )
    return {
        "plan": plan,
        "bar": bar_of(plan.money, planned=plan.needed),
        "months": asked["months"],
        "whole": plan.monthly_amount * asked["months"],
        "own_limit": asked["desil_limit"] in (None, policy.desil_limit),
        "policy": policy,
    }


def _accounts(request: HttpRequest, year: int) -> list[Account]:
    today = timezone.localdate()
    current = {budget.fund_id: budget for budget in Budget.objects.in_force(year=year, on=today)}
    told = Budget.objects.filter(year=year).select_related("proposed_by", "approved_by").order_by("-effective_on")
    rows: dict[int, list[Budget]] = {}
    for budget in told:
        rows.setdefault(budget.fund_id, []).append(budget)
    used = rules.money_by_package(year)
    accounts = []
    for fund in Fund.objects.all():
        budget = current.get(fund.pk)
        packages = [(Package(package).label, money) for (key, package), money in used.items() if key == fund.pk]
        money = rules.money_in_all(budget, [part for _, part in packages])
        described = [_row(row, budget, request.user) for row in rows.get(fund.pk, [])]
        accounts.append(Account(fund, budget, money, packages, described))
    return accounts


def _row(budget: Budget, current: Budget | None, user) -> dict[str, Any]:
    today = timezone.localdate()
    if budget.is_waiting:
        state = "waiting"
    elif budget == current:
        state = "current"
    else:
        state = "coming" if budget.effective_on > today else "past"
    return {
        "budget": budget,
        "state": state,
        "says": _says(budget),
        "may_approve": bool(rules.may_approve_budget(budget, user)),
        "may_reject": bool(rules.may_reject_budget(budget, user)),
    }


def _says(budget: Budget) -> dict[str, str]:
    """For whom and what the money is, in words."""
    return {
        "packages": "; ".join(Package(package).label for package in budget.packages),
        "cohorts": "; ".join(OccupationCategory(cohort).label for cohort in budget.cohorts),
    }


def _budget(pk: int) -> Budget:
    return get_object_or_404(Budget.objects.select_related("fund", "proposed_by"), pk=pk)
