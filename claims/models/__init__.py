from claims.models.cases import SIGNED, Claim
from claims.models.deaths import DeathReport
from claims.models.estimates import Estimate, Instalment
from claims.models.referrals import ReferralNote
from claims.models.transfers import Stay, Transfer

__all__ = ["SIGNED", "Claim", "DeathReport", "Estimate", "Instalment", "ReferralNote", "Stay", "Transfer"]
