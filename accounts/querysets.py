from datetime import date

from django.db.models import Q

from accounts.roles import Role
from casework.querysets import CaseQuerySet


class UserQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """The people's accounts whose keeper this user is: an admin's are all, a hospital lead's the hospital's."""
        people = self.filter(is_system=False)
        match user.role:
            case Role.ADMIN:
                return people
            case Role.HOSPITAL if user.is_lead:
                return people.filter(role=Role.HOSPITAL, hospital=user.hospital_id)
        return self.none()

    def alive(self, on: date):
        """People who may come in: neither ended nor past their last day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), is_active=True, is_system=False)

    def over(self, on: date):
        """Ended, or past their last day."""
        return self.filter(Q(valid_until__lt=on) | Q(is_active=False))

    def asked_for(self, *, on: date, text: str, role: str, state: str):
        """What the filter above the list asks; an empty answer asks nothing. `state` is alive or over."""
        found = self
        for word in text.split():
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
        if role:
            found = found.filter(role=role)
        if state:
            found = found.alive(on) if state == "alive" else found.over(on)
        return found
