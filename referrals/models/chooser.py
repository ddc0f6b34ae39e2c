"""The table behind “Worried about a friend?”, read once, and which schools have read it too."""

from functools import lru_cache
from typing import Self

from django.conf import settings
from django.db import models

from programs.models import Program
from referrals.engines.chooser import Chooser, read_chooser


@lru_cache
def the_chooser() -> Chooser:
    return read_chooser(settings.CONTENT_DIR / "chooser" / "worried-about-a-friend.yaml")


class ChooserReviewQuerySet(models.QuerySet["ChooserReview"]):
    def of_today(self) -> Self:
        """Of the table as it stands now; once a word has changed there are none."""
        return self.filter(digest=the_chooser().digest)


class ChooserReview(models.Model):
    """A school says: we have read these questions and cards, and they are right for us."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="chooser_reviews")
    digest = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()

    objects = ChooserReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "digest"], name="one_review_a_chooser_and_school")
        ]
