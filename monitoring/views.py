import json
from pathlib import Path

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import anyone, public
from accounts.roles import Role
from claims.models import Claim
from monitoring import reports
from monitoring.waiting import waiting_for
from ui.charts import step_of

SHAPES = json.loads((Path(__file__).parent / "data" / "kecamatan_shapes.json").read_text())
CUTS = (0.2, 0.3, 0.4, 0.5)
LEGEND = (
    (1, "di bawah 20%"),
    (2, "20–29%"),
    (3, "30–39%"),
    (4, "40–49%"),
    (5, "50% ke atas"),
    (0, "data terlalu sedikit"),
)
FEW = 10  # below this a share says more of single people than of the place
OPEN_CASES = 10
NO_STANDING = {"areas": [], "map": None}  # BPJS Ketenagakerjaan sees no registry


@require_safe
@anyone
def home(request):
    """What waits for this user, and how things stand in what they look after."""
    user, now = request.user, timezone.now()
    context = {
        "greeting": _greeting(timezone.localtime(now).hour),
        "first_name": user.name.split()[0],
        "now": now,
        "tasks": waiting_for(user, now=now),
        "registers": user.role == Role.OFFICER,
    }
    if user.role == Role.HOSPITAL:
        cases = Claim.objects.waiting_for(user).with_list_data()[:OPEN_CASES]
        return render(request, "monitoring/home_hospital.html", {**context, "cases": cases})
    standing = _standing(user, timezone.localdate(now)) if user.role != Role.BPJS else NO_STANDING
    return render(request, "monitoring/home.html", {**context, **standing})


@require_safe
@anyone
def help(request):
    """How this user's work is done, step by step."""
    return render(request, "monitoring/help.html", {"topic": f"monitoring/_help_{request.user.role}.html"})


@require_safe
@public
def privacy(request):
    """Also for the people whose data it is about, and for who found a hole: they have no account."""
    return render(request, "monitoring/privacy.html", {"contact": settings.CONTACT})


def _standing(user, on) -> dict:
    areas = reports.figures_by_area(user, on=on)
    level = reports.area_level(user)
    return {
        "areas": areas,
        "total": reports.total(areas, name="Jumlah"),
        "level": level,
        "place": user.place_label,
        "map": _map(areas) if level == "kecamatan" else None,
        "legend": LEGEND,
    }


def _map(areas) -> dict:
    by_code = {area.code: area for area in areas}
    drawn = [
        {**shape, "figures": by_code[shape["code"]], "step": _step(by_code[shape["code"]])}
        for shape in SHAPES["areas"]
        if shape["code"] in by_code
    ]
    ranked = sorted((shape["figures"] for shape in drawn if shape["step"]), key=lambda area: (area.share, area.code))
    return {
        "width": SHAPES["width"],
        "height": SHAPES["height"],
        "areas": drawn,
        "lowest": ranked[0] if ranked else None,
        "highest": ranked[-1] if ranked else None,
    }


def _step(area) -> int:
    return step_of(area.share, CUTS) if area.registered >= FEW else 0


def _greeting(hour: int) -> str:
    if hour < 11:
        return "Selamat pagi"
    if hour < 15:
        return "Selamat siang"
    return "Selamat sore" if hour < 18 else "Selamat malam"
