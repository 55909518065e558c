"""What "Perangkat Anda" says about a session."""

from __future__ import annotations

BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"))
BROWSERS += (("Chrome/", "Chrome"), ("Safari/", "Safari"))  # after those that also call themselves so
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"))
SYSTEMS += (("Mac OS X", "Mac"), ("Linux", "Linux"))


def device_name(user_agent: str) -> str:
    """ "Chrome di Android", or what is known of it."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "Peramban lain")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{browser} di {system}" if system else browser
