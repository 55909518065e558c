from django.db.models import CheckConstraint, F, Q


def signed_together(who: str, when: str) -> Q:
    """For a check constraint: a signature is a person and a time, or neither."""
    return Q(**{f"{who}__isnull": True, f"{when}__isnull": True}) | Q(
        **{f"{who}__isnull": False, f"{when}__isnull": False}
    )


def two_signatures(prefix: str) -> list[CheckConstraint]:
    """For a model of casework.models.Proposal: nobody approves what they proposed, nor what nobody proposed."""
    return [
        CheckConstraint(name=f"{prefix}_proposal_is_signed", condition=signed_together("proposed_by", "proposed_at")),
        CheckConstraint(name=f"{prefix}_approval_is_signed", condition=signed_together("approved_by", "approved_at")),
        CheckConstraint(
            name=f"{prefix}_approver_is_not_proposer",
            condition=Q(approved_by=None) | (Q(proposed_by__isnull=False) & ~Q(approved_by=F("proposed_by"))),
        ),
    ]
