import json

from django.conf import settings

from ui import navigation

# Strict settings for htmx 2 (docs/ui.md). Printed once in <meta name="htmx-config">.
HTMX_CONFIG = json.dumps(
    {
        "includeIndicatorStyles": False,  # would inject an inline <style>
        "allowEval": False,  # no hx-on, no js: values, no event filters
        "allowScriptTags": False,
        "historyCacheSize": 0,  # never keep pages with personal data in the browser
        "refreshOnHistoryMiss": True,
        "selfRequestsOnly": True,
        "attributesToSettle": ["class", "width", "height"],  # not style, which the CSP forbids
        "timeout": 15000,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "422", "swap": True},  # form with errors
            {"code": "[45]..", "swap": False, "error": True},
        ],
    }
)


def frame(request) -> dict:
    """What base.html needs of any request. Reads neither session nor database: error pages stand on it."""
    theme = request.COOKIES.get("theme", "")
    return {
        "htmx_config": HTMX_CONFIG,
        "theme": theme if theme in ("light", "dark") else "",
        "demo": settings.DEMO,
    }


def chrome(request) -> dict:
    """The frame, and around a logged-in user's page the account menu and the navigation of the role."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame(request)
    return {
        **frame(request),
        "account": {
            "name": user.name,
            "initials": "".join(word[0] for word in user.name.split()[:2]).upper(),
            "role": user.get_role_display(),
            "place": user.place_label,
            "keeps_accounts": user.keeps_accounts,
        },
        "navigation": navigation.for_page(role=user.role, path=request.path),
        "here": request.get_full_path(),
    }
