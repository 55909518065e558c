from datetime import date, datetime, timedelta

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, DateField, Exists, F, Func, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from accounts.roles import Role
from casework.querysets import CaseQuerySet
from workers.enums import (
    AGE_LIMIT,
    ENDS_SOON_DAYS,
    CorrectionStatus,
    Employment,
    MembershipState,
    PairStatus,
    ReviewStatus,
    Standing,
)
from workers.finder import ALIKE_WITH_BIRTH

UNDECIDED = (PairStatus.OPEN, PairStatus.UNSURE, PairStatus.PROPOSED)
BY_KELURAHAN = Coalesce("kelurahan_id", Value(""))  # to sort by; those without one come first


def born_by(age: int, on: date) -> date:
    """The last birth date of those who have reached the age on that day; the twin of Worker.age_on.

    Someone born on 29 February has the birthday on 1 March of common years.
    """
    try:
        return on.replace(year=on.year - age)
    except ValueError:
        return date(on.year - age, 2, 28)


def either_way(day: date) -> list[date]:
    """The date, and the one that is meant when day and month were taken for each other."""
    return [day] if day.day > 12 else [day, date(day.year, day.day, day.month)]


def normal_name(name: F | Value) -> Func:
    """The name as it sounds, without titles: Hj. Sitti Aisyah and Siti Aisah are one (migration 0004, docs/cases.md).

    Compare it only after an equal or near birth date: Abdul Rahman and Abdul Rahim are two.
    """
    return Func(name, function="workers_normal_name", output_field=TextField())


def _is_eligible(policy, on: date, *, exits) -> Q:
    """Over workers with `family_desil`. `exits`: the open ones of the worker in question."""
    office = Q(occupation__category__in=policy.by_office) | Q(second_occupation__category__in=policy.by_office)
    desil_or_office = office | Q(family_desil__lte=policy.desil_limit)
    age = Q(birth_on__lte=born_by(policy.minimum_age, on), birth_on__gt=born_by(AGE_LIMIT, on))
    resident = Q(is_resident=True) if policy.residents_only else Q()
    in_hand = Q(employment=Employment.INFORMAL, anonymised_at=None, survivor=None) & ~Exists(exits)
    return desil_or_office & age & resident & in_hand


def _lasts_beyond(day: date) -> Q:
    """Over memberships: those that have no end, or one after that day."""
    return Q(period__endswith__isnull=True) | Q(period__endswith__gt=day)


def person_of(worker: str = "worker") -> Coalesce:
    """Of rows about a record: the one that stands for its person. Twin of Worker.person."""
    return Coalesce(f"{worker}__survivor", worker)


class WorkerQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """The one scope rule of the registry. A worker without a kelurahan is seen by admins only (AC-P5)."""
        match user.role:
            case Role.OFFICER if user.region_id:
                return self.within(user.region_id)
            case Role.ADMIN:
                return self
            case Role.AUDITOR:
                return self.filter(kelurahan__isnull=False)
        return self.none()

    def within(self, region: str):
        """Who lives in the region of that code, or in a region in it; by the index that sorts by kelurahan.

        Codes are equally long and have their points in the same places, so every collation sorts them alike.
        """
        first, last = region + "73.71.00.0000"[len(region) :], region + "73.71.99.9999"[len(region) :]
        return self.filter(GreaterThanOrEqual(BY_KELURAHAN, first), LessThanOrEqual(BY_KELURAHAN, last))

    def holding(self, name: str):
        """Whose name holds this one, however it is spelt; nobody when it has no letter."""
        return self.filter(normal_name__contains=NullIf(normal_name(Value(name)), Value("")))

    def named(self, name: str):
        """Whose name holds this one or sounds like it, however it is spelt; nobody when it has no letter.

        Both ways use the trigram index.
        """
        normal = NullIf(normal_name(Value(name)), Value(""))
        return self.filter(Q(normal_name__contains=normal) | Q(normal_name__trigram_word_similar=normal))

    def known_by(self, *, nik: str, participant_number: str, name: str, birth_on: date | None):
        """Who may be the person with any of these; likest name first, then by key.

        A name counts with a birth date only, as it is or with day and month swapped (rule 2 of docs/cases.md).
        """
        normal = normal_name(Value(name))
        holders = self.model.objects.filter(memberships__participant_number=participant_number).order_by()
        of_number = list(holders.values_list("pk", flat=True)) if participant_number else []
        born = either_way(birth_on) if name and birth_on else []
        return (
            self.annotate(likeness=TrigramSimilarity("normal_name", normal))
            .filter(
                (Q(nik=nik) if nik else Q(pk__in=[]))
                | Q(pk__in=of_number)
                | Q(birth_on__in=born, likeness__gte=ALIKE_WITH_BIRTH),
                anonymised_at=None,
            )
            .order_by("-likeness", "pk")
        )

    def called(self, name: str):
        """Whose name is this one however it is spelt; nobody when it has no letter. Only beside an equal birth date."""
        return self.filter(normal_name=NullIf(normal_name(Value(name)), Value("")))

    def same_person_as(self, worker):
        """All records of the person to whom this record belongs: the surviving one and those linked to it."""
        survivor = worker.survivor_id or worker.pk
        return self.filter(Q(pk=survivor) | Q(survivor=survivor))

    def eligible(self, policy, on: date):
        """The twin of rules.check_eligibility: one table of cases tests both."""
        return self._with_desil(policy.release).filter(_is_eligible(policy, on, exits=self._open_exits()))

    def ineligible(self, policy, on: date):
        """All the others."""
        answer = Case(When(_is_eligible(policy, on, exits=self._open_exits()), then=Value(True)), default=Value(False))
        return self._with_desil(policy.release).annotate(is_eligible=answer).filter(is_eligible=False)

    def above_limit(self, policy, on: date):
        """Members, on that day or soon, whose family the policy's release puts above its limit, and who have no review
        for that yet. With `family_desil` and `earlier_release`, `earlier_desil`, what the release before said.
        """
        earlier = self.model.desil_records_before(policy.release)
        reviews = self.model._meta.get_field("desil_reviews").related_model._base_manager.filter(
            worker=OuterRef("pk"), release=policy.release, desil_limit=policy.desil_limit
        )
        return (
            self._with_desil(policy.release)
            .filter(
                ~Q(occupation__category__in=policy.by_office),
                ~Exists(self._open_exits()),
                ~Exists(reviews),
                Exists(self._memberships().filter(_lasts_beyond(on))),
                family_desil__gt=policy.desil_limit,
                anonymised_at=None,
                survivor=None,
            )
            .annotate(
                earlier_release=Subquery(earlier.values("release")[:1]),
                earlier_desil=Subquery(earlier.values("desil")[:1]),
            )
        )

    def _with_desil(self, release: str):
        return self.annotate(family_desil=self.model.desil_of_family(release))

    def of_desil(self, desil: int | None, *, release: str):
        """Whose family has that desil in the release; None for those whose family is not in it."""
        if desil is None:
            return self._with_desil(release).filter(family_desil=None)
        return self.filter(Exists(self.model.desil_records(release).filter(desil=desil)))

    def in_state(self, state: MembershipState, on: date):
        """Whose cover stands so on the day. `with_list_data` says the same of each; one table tests both."""
        periods = self._memberships()
        current = periods.filter(period__contains=on)
        soon = on + timedelta(days=ENDS_SOON_DAYS)
        match state:
            case MembershipState.ACTIVE:
                return self.filter(Exists(current.filter(_lasts_beyond(soon))))
            case MembershipState.ENDING:
                return self.filter(Exists(current.filter(period__endswith__lte=soon)))
            case MembershipState.UPCOMING:
                return self.filter(Exists(periods.filter(period__startswith__gt=on)), ~Exists(current))
            case MembershipState.ENDED:
                over = periods.filter(period__endswith__lte=on)
                return self.filter(Exists(over), ~Exists(periods.filter(_lasts_beyond(on))))
        return self.filter(~Exists(periods))

    def standing(self, standing: Standing):
        """Who is in the registry, has left it, or whose record gave way to another of the same person."""
        match standing:
            case Standing.LINKED:
                return self.filter(survivor__isnull=False)
            case Standing.EXITED:
                return self.filter(Exists(self._open_exits()), survivor=None)
        return self.filter(~Exists(self._open_exits()), survivor=None)

    def covered(self, on: date):
        """Who is a member on the day, whenever that ends."""
        return self.filter(Exists(self._memberships().filter(period__contains=on)))

    def uncovered(self, on: date):
        return self.filter(~Exists(self._memberships().filter(period__contains=on)))

    def _open_exits(self):
        return self.model._meta.get_field("exits").related_model._base_manager.filter(
            worker=OuterRef("pk"), returned_on=None
        )

    def _memberships(self):
        """Of the worker in question. The registry knows them by the name that enrolment gave them."""
        return self.model._meta.get_field("memberships").related_model._base_manager.filter(worker=OuterRef("pk"))

    def with_list_data(self, on: date):
        """With `membership_state` and `covered_until` (the first day without cover; None when open) of the day.

        `exit_reason` is a value of ExitReason, None for who has not left.
        Of each worker the first period that is not over is looked up, once a row: Exists would be planned for all.
        """
        periods = self._memberships()
        first = periods.filter(_lasts_beyond(on)).order_by("period").values("period")[:1]
        soon = on + timedelta(days=ENDS_SOON_DAYS)
        return (
            self.select_related("kelurahan", "occupation")
            .annotate(cover=Subquery(first), last_cover=Subquery(periods.values("period")[:1]))
            .annotate(exit_reason=Subquery(self._open_exits().values("reason")[:1]))
            .annotate(
                covered_until=Case(
                    When(cover__startswith__lte=on, then=F("cover__endswith")), output_field=DateField()
                ),
                membership_state=Case(
                    When(cover__startswith__gt=on, then=Value(MembershipState.UPCOMING)),
                    When(cover__endswith__lte=soon, then=Value(MembershipState.ENDING)),
                    When(cover__isnull=False, then=Value(MembershipState.ACTIVE)),
                    When(last_cover__isnull=False, then=Value(MembershipState.ENDED)),
                    default=Value(MembershipState.NONE),
                ),
            )
        )


class OfWorkerQuerySet(CaseQuerySet):
    """Rows about one worker, for those who look after the worker."""

    def visible_to(self, user):
        match user.role:
            case Role.OFFICER if user.region_id:
                return self.filter(worker__kelurahan__code__startswith=user.region_id)
            case Role.ADMIN:
                return self
        return self.none()


class WorkerExitQuerySet(CaseQuerySet):
    """Reached through the worker, whose scope is theirs."""

    def open(self):
        """Of those who are not back."""
        return self.filter(returned_on=None)

    def seen_again_for(self, user):
        """The tasks "was here before" of this user (AC-D10): somebody wanted to register a person who has left."""
        workers = self.model._meta.get_field("worker").related_model.objects.visible_to(user)
        return self.open().filter(seen_again_at__isnull=False, worker__in=workers)


class DesilReviewQuerySet(OfWorkerQuerySet):
    def undecided(self):
        """Those that need an answer or a decision; who has left meanwhile needs none."""
        left = self._of_its_worker("exits").filter(returned_on=None)
        return self.filter(~Exists(left), status__in=[ReviewStatus.OPEN, ReviewStatus.PROPOSED])

    def waiting_for(self, user):
        """Those on which this user has the next deed: officers answer, admins decide on exits that others proposed."""
        rows = self.visible_to(user).undecided()
        if user.role == Role.ADMIN:
            return rows.filter(status=ReviewStatus.PROPOSED).exclude(answered_by=user.pk)
        contested = self._of_its_worker("objections").filter(outcome="")
        return rows.filter(~Exists(contested), status=ReviewStatus.OPEN)

    def _of_its_worker(self, name: str):
        worker = self.model._meta.get_field("worker").related_model
        return worker._meta.get_field(name).related_model._base_manager.filter(worker=OuterRef("worker"))


class IdentityCorrectionQuerySet(OfWorkerQuerySet):
    def waiting(self):
        return self.filter(status=CorrectionStatus.WAITING)

    def waiting_for(self, user):
        """Those on which this user may give the second signature."""
        return self.visible_to(user).waiting().exclude(proposed_by=user.pk)


class ImportQuerySet(CaseQuerySet):
    def visible_to(self, user):
        match user.role:
            case Role.OFFICER if user.region_id:
                return self.filter(posting__code__startswith=user.region_id)
            case Role.ADMIN:
                return self
        return self.none()

    def with_pulse(self):
        """`sign_at`, the last sign of life, and `rows_stored`: how far storing has come."""
        return self.annotate(
            sign_at=Coalesce("pulse__at", "uploaded_at"), rows_stored=Coalesce("pulse__rows_stored", 0)
        )


class DraftQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """The author's own, always (AC-P14), from the posting in which they were begun (AC-P23)."""
        match user.role:
            case Role.OFFICER if user.region_id:
                return self.filter(author_id=user.pk, region_id=user.region_id)
            case Role.ADMIN:
                return self.filter(author_id=user.pk, region_id=None)
        return self.none()

    def forsaken(self, before: datetime):
        """Not saved since then, or of an author who does not work in that posting any more (AC-P23)."""
        moved = Q(region__isnull=False) & ~Q(region=F("author__region"))
        posted = Q(region=None, author__region__isnull=False)
        writes = Q(author__is_active=True, author__role__in=(Role.OFFICER, Role.ADMIN))
        return self.filter(Q(saved_at__lt=before) | moved | posted | ~writes)


class DocumentQuerySet(OfWorkerQuerySet):
    """Papers show whole numbers, so the auditor, who sees them masked, sees none."""

    def of_person(self, worker):
        """Also those of the records that are linked to this one."""
        survivor = worker.survivor_id or worker.pk
        return self.filter(Q(worker=survivor) | Q(worker__survivor=survivor))

    def in_use(self):
        """Not withdrawn, and with contents."""
        return self.filter(withdrawn_at=None).exclude(path="")


class PairQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """Who may see both records. A pair across two regions is the admins' (AC-D20)."""
        match user.role:
            case Role.OFFICER if user.region_id:
                return self.filter(
                    one__kelurahan__code__startswith=user.region_id, other__kelurahan__code__startswith=user.region_id
                )
            case Role.ADMIN:
                return self
        return self.none()

    def undecided(self):
        """Those that still need an answer or its second signature.

        A pair whose two records have meanwhile become one person by other pairs needs none, nor has one of nobody.
        """
        return self.alias(one_person=person_of("one"), other_person=person_of("other")).filter(
            ~Q(one_person=F("other_person")),
            status__in=UNDECIDED,
            one__anonymised_at=None,
            other__anonymised_at=None,
        )

    def waiting_for(self, user):
        """Those on which this user has the next deed: nobody gives both signatures."""
        return self.visible_to(user).undecided().exclude(status=PairStatus.PROPOSED, answered_by=user.pk)
