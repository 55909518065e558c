from functools import wraps

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import get_ip, respond_429
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.shortcuts import redirect
from django.utils.http import urlencode

from accounts import freshness, limits
from accounts.roles import Role


def roles(*allowed: Role):
    """Lets only these roles in; any other gets 403. Middleware has asked for a log-in before."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.user.role not in allowed:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.roles = frozenset(allowed)
        return guarded

    return decorate


anyone = roles(*Role)


def public(view):
    """Open to everybody, logged in or not."""

    @wraps(view)
    def opened(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    opened.roles = frozenset()
    return login_not_required(opened)


def keepers(view):
    """Lets in who opens and ends accounts: admins, and hospital staff who lead their unit."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.keeps_accounts:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return roles(Role.ADMIN, Role.HOSPITAL)(guarded)


def fresh_login(view):
    """For sensitive deeds: whoever logged in some time ago proves again who they are, then comes back to this page.

    Opening the page wants a proof of the last 5 minutes, sending its form one of the last 30.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        within = freshness.TO_SEND if request.method == "POST" else freshness.TO_OPEN
        if freshness.is_fresh(request, within=within):
            return view(request, *args, **kwargs)
        way = get_adapter().get_reauthentication_methods(request.user)[0]
        return redirect(f"{way['url']}?{urlencode({'next': request.get_full_path()})}")

    return guarded


def throttled(action: str, *, reads: bool = False):
    """Answers 429 to who does this more often than settings.ACCOUNT_RATE_LIMITS[action] allows, per user and place.

    Counts what is sent; with `reads=True` also what is opened. All processes count together, in the shared cache.
    """
    if action not in settings.ACCOUNT_RATE_LIMITS:
        raise ImproperlyConfigured(f"ACCOUNT_RATE_LIMITS names no limit for {action}.")

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.method == "GET" and not reads:
                return view(request, *args, **kwargs)
            user = request.user
            place = f"{user.region_id}|{user.hospital_id}" if user.is_authenticated else ""
            who = {"user": str(user.pk), "key": place, "ip": get_ip(request)}
            if limits.consume(action, settings.ACCOUNT_RATE_LIMITS[action], of=who):
                return view(request, *args, **kwargs)
            return respond_429(request)

        return guarded

    return decorate
