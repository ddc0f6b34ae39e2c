"""Practice talks as they are loaded, a school's reviews of them, and how far each person has talked."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from pydantic import TypeAdapter

from peersupport.fields import EncryptedTextField
from programs.models import Program
from training.engines.conversation import Talk
from training.models.modules import Track

_TALK = TypeAdapter(Talk)


class Practice(models.Model):
    """A talk that keeps its address whatever becomes of its words."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True)

    def __str__(self) -> str:
        return self.slug


class PracticeVersionQuerySet(models.QuerySet["PracticeVersion"]):
    def newest(self) -> Self:
        """Of each practice the newest among these."""
        newer = self.filter(practice=OuterRef("practice"), number__gt=OuterRef("number"))
        return self.filter(~Exists(newer))

    def reviewed_in(self, program: Program) -> Self:
        return self.filter(Exists(PracticeReview.objects.filter(version=OuterRef("pk"), program=program)))

    def visible_in(self, program: Program) -> Self:
        """What learners here may begin: the newest reviewed version of each practice."""
        newest = self.reviewed_in(program).newest()
        return newest.select_related("practice").order_by("track", "practice__slug")


class PracticeVersion(models.Model):
    """One version of a talk's words. Never changed once loaded."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    short = models.CharField(max_length=60)
    track = models.CharField(max_length=10, choices=Track.choices)
    minutes = models.PositiveSmallIntegerField()
    content = models.JSONField(
        help_text="From training.engines.practicefile: what is said about it, and the talk."
    )
    loaded_on = models.DateField()

    objects = PracticeVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_practice_version_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def talk(self) -> Talk:
        return _TALK.validate_python(self.content["talk"])

    @property
    def them(self) -> str:
        return str(self.content["them"])


class PracticeReview(models.Model):
    """A school says: we have read this version of a talk, and it is right for us."""

    version = models.ForeignKey(PracticeVersion, on_delete=models.CASCADE, related_name="reviews")
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "program"], name="one_practice_review_a_school")
        ]


class Talking(models.Model):
    """How far somebody has got in one talk: theirs alone, encrypted, and empty once they have finished.

    `path` holds the letters of the lines chosen so far. `done_on` is the day on which a safe ending was first
    reached; it stays.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="talkings")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="talkings")
    version = models.ForeignKey(PracticeVersion, on_delete=models.PROTECT, related_name="+")
    path = EncryptedTextField(default="", blank=True)
    done_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "practice"], name="one_talking_a_practice")
        ]


def practices_awaiting_review(program: Program) -> QuerySet[PracticeVersion]:
    """The newest version of each talk, where this school has not reviewed it."""
    reviewed = PracticeReview.objects.filter(version=OuterRef("pk"), program=program)
    return (
        PracticeVersion.objects.newest()
        .filter(~Exists(reviewed))
        .select_related("practice")
        .order_by("title")
    )


def loaded_digests() -> set[str]:
    """What every loaded version's words come to: one of these has been checked before."""
    return set(PracticeVersion.objects.values_list("digest", flat=True))
