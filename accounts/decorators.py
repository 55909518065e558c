from functools import wraps

from django.core.exceptions import PermissionDenied

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
