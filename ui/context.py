import json

# Strict settings for htmx 2 (see ui.md). Printed once in <meta name="htmx-config">.
HTMX_CONFIG = json.dumps(
    {
        "includeIndicatorStyles": False,  # would inject an inline <style>
        "allowEval": False,  # no hx-on, no js: values, no event filters
        "allowScriptTags": False,
        "historyCacheSize": 0,  # never keep pages with personal data in the browser
        "refreshOnHistoryMiss": True,
        "selfRequestsOnly": True,
        "timeout": 15000,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "422", "swap": True},  # form with errors
            {"code": "[45]..", "swap": False, "error": True},
        ],
    }
)


def chrome(request):
    theme = request.COOKIES.get("theme", "")
    return {
        "htmx_config": HTMX_CONFIG,
        "theme": theme if theme in ("light", "dark") else "",
    }
