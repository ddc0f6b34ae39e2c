"""Telephone numbers of people of a school that wait for a test call."""

from datetime import datetime

from django.db import models

from peersupport.models import Channel
from programs.models.cohorts import Membership, Program


def numbers_to_ring(program: Program, at: datetime) -> models.QuerySet[Channel]:
    """Those of people with a role here now who have asked to be rung."""
    people = Membership.objects.active(at).of_program(program).values("user")
    waiting = Channel.objects.to_ring().filter(user__in=people, user__is_active=True)
    return waiting.select_related("user").order_by("user__family_name", "user__given_name", "pk")
