from accounts.roles import Role
from casework.querysets import CaseQuerySet


class WorkerQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """The one scope rule of the registry. A worker without a kelurahan is seen by admins only (AC-P5)."""
        match user.role:
            case Role.OFFICER:
                return self.filter(kelurahan_id__startswith=user.region_id)
            case Role.ADMIN:
                return self
            case Role.AUDITOR:
                return self.filter(kelurahan__isnull=False)
        return self.none()


class ImportQuerySet(CaseQuerySet):
    def visible_to(self, user):
        match user.role:
            case Role.OFFICER:
                return self.filter(posting_id__startswith=user.region_id)
            case Role.ADMIN:
                return self
        return self.none()
