"""What there is to learn: modules, their immutable versions, and each school's review of them."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet

from peersupport.prepared import Prepared
from programs.models import Program


class Track(models.TextChoices):
    CORE = "core", "All students"
    SUPPORTER = "supporter", "Peer supporters"


class Module(models.Model):
    """A module by its folder's name; what it says lives in its versions."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True)

    def __str__(self) -> str:
        return self.slug


class ModuleVersionQuerySet(models.QuerySet["ModuleVersion"]):
    def reviewed_for(self, program: Program) -> Self:
        """Versions that this school has reviewed."""
        return self.filter(Exists(Review.objects.filter(version=OuterRef("pk"), program=program)))

    def newest(self) -> Self:
        """Of these versions, the newest of each module. Apply last."""
        newer = self.filter(module=OuterRef("module"), number__gt=OuterRef("number"))
        return self.filter(~Exists(newer))

    def visible_in(self, program: Program) -> Self:
        """What learners here may begin: the newest reviewed version of each module."""
        return self.reviewed_for(program).newest().select_related("module").order_by("row", "module__slug")


class ModuleVersion(models.Model):
    """One version of a module's words. Never changed once loaded; a change makes the next one."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    track = models.CharField(max_length=10, choices=Track.choices)
    row = models.PositiveSmallIntegerField(help_text="The row of Table 1 of Graves et al. 2022.")
    minutes = models.PositiveSmallIntegerField()
    content = models.JSONField(help_text="From training.engines.modulefile: rendered, sanitised.")
    loaded_on = models.DateField()

    objects = ModuleVersionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["row", "number"]
        constraints = [models.UniqueConstraint(fields=["module", "number"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def steps(self) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = self.content["steps"]
        return steps


class Review(models.Model):
    """A school says: we have read this version, and it is right for us."""

    version = models.ForeignKey(ModuleVersion, on_delete=models.CASCADE, related_name="reviews")
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="module_reviews")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=240)
    role = models.CharField(max_length=40)
    on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "program"], name="one_review_a_version_and_school")
        ]


def awaiting_review(program: Program) -> QuerySet[ModuleVersion]:
    """The newest version of each module, where this school has not reviewed it."""
    return (
        ModuleVersion.objects.newest()
        .filter(~Exists(Review.objects.filter(version=OuterRef("pk"), program=program)))
        .select_related("module")
    )


_VISIBLE = Prepared(ModuleVersion.objects.visible_in, program=int)


def visible_versions(program: Program) -> list[ModuleVersion]:
    """`ModuleVersion.objects.visible_in(program)`, as the learner's own pages ask it."""
    return _VISIBLE(program=program.pk)
