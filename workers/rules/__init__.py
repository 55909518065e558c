"""The questions of the registry. Each answer carries every reason against, so that one visit settles them all."""

from workers.rules.eligibility import check_age, check_eligibility, eligibility_facts
from workers.rules.registration import (
    CORRECTABLE,
    WRITERS,
    check_correction,
    check_registration,
    may_register,
    may_work_in,
)

__all__ = [
    "CORRECTABLE",
    "WRITERS",
    "check_age",
    "check_correction",
    "check_eligibility",
    "check_registration",
    "eligibility_facts",
    "may_register",
    "may_work_in",
]
