from django.db.models import Q


def signed_together(who: str, when: str) -> Q:
    """For a check constraint: a signature is a person and a time, or neither."""
    return Q(**{f"{who}__isnull": True, f"{when}__isnull": True}) | Q(
        **{f"{who}__isnull": False, f"{when}__isnull": False}
    )
