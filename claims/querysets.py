from accounts.roles import Role
from casework.querysets import CaseQuerySet
from claims.enums import ClaimStatus


class ClaimQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """Officers by the worker's region, hospitals their own cases, BPJS what was approved."""
        match user.role:
            case Role.OFFICER:
                return self.filter(worker__kelurahan_id__startswith=user.region_id)
            case Role.HOSPITAL:
                return self.filter(hospital_id=user.hospital_id)
            case Role.ADMIN:
                return self
            case Role.AUDITOR:
                return self.filter(worker__kelurahan__isnull=False)
            case Role.BPJS:
                return self.filter(status=ClaimStatus.APPROVED)
        return self.none()
