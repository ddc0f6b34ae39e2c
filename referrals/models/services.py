"""A school's directory: its services, what was changed in them, and what others propose to change."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from programs.models import Membership, Program, Role
from programs.models.cohorts import MembershipQuerySet
from programs.permissions import Rights
from referrals.engines import services as pure
from referrals.engines.hours import as_json, from_json

# The columns that say what a service is; the others say how far it has been checked.
FACTS: Final = (
    "name",
    "short",
    "what_for",
    "for_whom",
    "good_to_know",
    "about",
    "channels",
    "hours",
    "cost",
    "languages",
    "crisis",
    "worried_friends",
    "tells_school",
    "sites",
    "serves_sites",
    "named_first",
    "source",
)

LONGEST_CHANGE: Final = 1000


class Confidence(models.TextChoices):
    HIGH = "high", "A public source of its own"
    MEDIUM = "medium", "A public source"
    LOW = "low", "From memory"
    OWN = "own", "Entered by the school"


class CheckResult(models.TextChoices):
    RIGHT = "right", "Still right"
    NO_ANSWER = "no_answer", "Nobody answered"
    CHANGED = "changed", "Changed since"


class ServiceQuerySet(models.QuerySet["Service"]):
    def of_program(self, program: Program) -> Self:
        return self.filter(program=program)

    def visible_to(self, rights: Rights) -> Self:
        """Staff see all of their school's, everybody else there what is published."""
        if rights.program is None or not rights.roles:
            return self.none()
        mine = self.filter(program=rights.program)
        return mine if Role.STAFF in rights.roles else mine.published()

    def published(self) -> Self:
        return self.filter(is_published=True)

    def drafts(self) -> Self:
        """Never shown and never checked: from a country pack, or just entered."""
        return self.filter(is_published=False, checked_on=None)

    def due(self, today: date) -> Self:
        """Published, and either never checked here or due to be checked again."""
        return self.published().filter(Q(checked_on=None) | Q(next_check_on__lte=today))

    def stale(self, today: date) -> Self:
        return self.filter(checked_on__lte=today - pure.STALE_AFTER)

    def with_keeper(self, at: datetime) -> Self:
        """Each with `has_keeper`: its owner is of the staff now. Without one it is everybody's."""
        here = staff_at(at).filter(year__program=OuterRef("program"), user=OuterRef("owner"))
        return self.annotate(has_keeper=Exists(here))

    def in_order(self) -> Self:
        return self.order_by("position", "name")

    def as_services(self) -> list[pure.Service]:
        """Plain data for pages, finder, cards and modules, in order; one query."""
        return [row.as_service for row in self.in_order()]


def staff_at(at: datetime) -> MembershipQuerySet:
    return Membership.objects.active(at).filter(role=Role.STAFF)


class Service(models.Model):
    """Somebody to turn to, as this school knows them.

    `pack_key` is the id in the country pack it was filled from, empty for the school's own. Channels that
    are not `sure` (a number without a source) stay hidden until somebody here has checked the service.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="services")
    pack_key = models.SlugField(blank=True)
    position = models.PositiveIntegerField(default=10_000)
    name = models.CharField(max_length=80)
    short = models.CharField(max_length=30)
    what_for = models.CharField(max_length=200)
    for_whom = models.CharField(max_length=200, blank=True)
    good_to_know = models.CharField(max_length=240, blank=True)
    about = models.JSONField(default=list)
    channels = models.JSONField(default=list)
    hours = models.JSONField()
    cost = models.CharField(max_length=80, blank=True)
    languages = models.JSONField(default=list)
    crisis = models.BooleanField(default=False)
    emergency = models.BooleanField(default=False)
    worried_friends = models.BooleanField(default=False)
    tells_school = models.CharField(max_length=7, default="unknown")
    sites = models.JSONField(default=list, help_text="uuids of the teaching sites it sits at.")
    serves_sites = models.JSONField(default=list, help_text="uuids of the sites it is for; none: all.")
    named_first = models.BooleanField(default=False)
    source = models.CharField(max_length=400, blank=True)
    confidence = models.CharField(max_length=6, choices=Confidence.choices, default=Confidence.OWN)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    is_published = models.BooleanField(default=False)
    checked_on = models.DateField(null=True)
    next_check_on = models.DateField(null=True)
    last_result = models.CharField(max_length=9, choices=CheckResult.choices, blank=True)
    has_keeper: bool  # only on rows of `with_keeper`

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["program", "name"], name="one_service_a_name"),
            models.UniqueConstraint(
                fields=["program", "pack_key"], condition=~Q(pack_key=""), name="one_service_a_pack_entry"
            ),
            models.UniqueConstraint(
                fields=["program"], condition=Q(emergency=True), name="one_emergency_number_a_program"
            ),
            models.CheckConstraint(
                condition=Q(emergency=False) | Q(is_published=True), name="emergency_is_always_published"
            ),
            models.CheckConstraint(
                condition=Q(is_published=False) | Q(checked_on__isnull=False) | ~Q(confidence="low"),
                name="unsure_is_published_only_once_checked",
            ),
            models.CheckConstraint(
                condition=Q(tells_school__in=["yes", "no", "unknown"]), name="tells_school_yes_no_unknown"
            ),
            models.CheckConstraint(
                condition=Q(checked_on=None, next_check_on=None) | Q(next_check_on__gt=F("checked_on")),
                name="next_check_comes_after_the_last",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_confirmed(self) -> bool:
        return self.checked_on is not None

    @property
    def is_draft(self) -> bool:
        return not self.is_published and self.checked_on is None

    @property
    def is_own(self) -> bool:
        return not self.pack_key

    @property
    def hidden_channels(self) -> list[dict[str, Any]]:
        """What nobody sees until it has been checked."""
        return [] if self.is_confirmed else [one for one in self.channels if not one.get("sure", True)]

    @property
    def facts(self) -> pure.Service:
        """All that is stored of it as plain data, hidden channels too."""
        return pure.Service(
            key=str(self.uuid),
            name=self.name,
            short=self.short,
            what_for=self.what_for,
            for_whom=self.for_whom,
            about=frozenset(self.about),
            channels=tuple(_channel(one) for one in self.channels),
            hours=from_json(self.hours),
            cost=self.cost,
            languages=tuple(self.languages),
            good_to_know=self.good_to_know,
            crisis=self.crisis,
            emergency=self.emergency,
            worried_friends=self.worried_friends,
            tells_school=self.tells_school,  # type: ignore[arg-type]
            sites=frozenset(self.sites),
            serves_sites=frozenset(self.serves_sites),
            named_first=self.named_first,
            confirmed=self.is_confirmed,
            checked_on=self.checked_on,
            next_check_on=self.next_check_on,
            source=self.source,
        )

    @property
    def as_service(self) -> pure.Service:
        """What others may see of it."""
        if not self.hidden_channels:
            return self.facts
        sure = tuple(_channel(one) for one in self.channels if one.get("sure", True))
        return replace(self.facts, channels=sure)


class ServiceChange(models.Model):
    """One line of an entry's history. `by` empty: the installation itself."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    field = models.CharField(max_length=20)
    old = models.CharField(max_length=LONGEST_CHANGE, blank=True)
    new = models.CharField(max_length=LONGEST_CHANGE, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]


class ProposalState(models.TextChoices):
    OPEN = "open", "Waiting"
    TAKEN = "taken", "Published"
    DECLINED = "declined", "Declined"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, rights: Rights) -> Self:
        """Staff see all of their school's, whoever proposed one sees their own."""
        if rights.program is None or rights.user is None:
            return self.none()
        mine = self.filter(program=rights.program)
        return mine if Role.STAFF in rights.roles else mine.filter(by=rights.user)

    def open(self) -> Self:
        return self.filter(state=ProposalState.OPEN)


class Proposal(models.Model):
    """A change of an entry, or a new one (`service` empty), that somebody without the right has typed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="proposals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    columns = models.JSONField(help_text="The columns that would change, and their new values.")
    state = models.CharField(max_length=8, choices=ProposalState.choices, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "by"],
                condition=Q(state="open", service__isnull=False),
                name="one_open_proposal_a_person_and_service",
            )
        ]


def columns_of(facts: pure.Service) -> dict[str, Any]:
    """A service as the columns of `FACTS`."""
    return {
        **{name: getattr(facts, name) for name in FACTS},
        "about": sorted(facts.about),
        "channels": [
            {"type": one.type, "value": one.value, "note": one.note, "keyword": one.keyword}
            for one in facts.channels
        ],
        "hours": as_json(facts.hours),
        "languages": list(facts.languages),
        "sites": sorted(facts.sites),
        "serves_sites": sorted(facts.serves_sites),
    }


def facts_from(columns: Mapping[str, Any], service: Service | None) -> pure.Service:
    """The other way round; `service` is the entry that the columns would change."""
    return Service(emergency=bool(service and service.emergency), **columns).facts


def _channel(stored: Mapping[str, Any]) -> pure.Channel:
    return pure.Channel(stored["type"], stored["value"], stored["note"], stored["keyword"])
