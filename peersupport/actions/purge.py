"""Erasing, once a day, what is older than its class is kept; a legal hold stops one class of one school."""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Min, Q, QuerySet, Value
from django.db.models.functions import TruncMonth

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import LegalHold, NoticeCount, Notification, PurgeReport, User
from peersupport.named_lists import Erasable, asked

logger = logging.getLogger(__name__)
AT_ONCE: Final = 500


def erasables(at: datetime) -> Iterator[Erasable]:
    """All that any app has to erase, in the order in which it goes."""
    for ask in asked("PURGED"):
        yield from ask(at)


def over_age(one: Erasable, at: datetime) -> QuerySet[Any]:
    """Of these rows, those whose days are over, and that no legal hold keeps."""
    spared = LegalHold.objects.in_force().by_class().get(one.kept, set())
    old = one.rows.filter(since__lte=at - timedelta(days=settings.KEPT[one.kept].days))
    return old.filter(Q(school=None) | ~Q(school__in=spared)) if spared else old


def purge(*, now: datetime) -> int:
    """Erase all that is over age, a batch a transaction, and report how much; how many rows went.

    What fails stops no other class, and is tried again the next day.
    """
    gone = 0
    for one in erasables(now):
        try:
            gone += _erase_all(one, now)
        except Exception:
            logger.exception("Erasing rows of the class “%s” failed", one.kept)
    return gone


def _erase_all(one: Erasable, now: datetime) -> int:
    gone, rows = 0, over_age(one, now)
    count, last = _erase_batch(one, rows, now)
    while count:
        gone += count
        count, last = _erase_batch(one, rows.filter(pk__gt=last), now)
    return gone


@transaction.atomic
def _erase_batch(one: Erasable, rows: QuerySet[Any], now: datetime) -> tuple[int, Any]:
    """Erase the first of these rows, unless somebody else is at it; how many, and the last one's key."""
    locked = rows.select_for_update(of=("self",), skip_locked=True).order_by("pk")
    batch = list(locked.values_list("pk", "school")[:AT_ONCE])
    if not batch:
        return 0, None
    keys = [key for key, _ in batch]
    if one.erase:
        one.erase(keys)
    else:
        rows.model._base_manager.filter(pk__in=keys).delete()
    for scope, count in Counter(school for _, school in batch).items():
        report, _ = PurgeReport.objects.get_or_create(at=now, scope=scope, kept=one.kept)
        PurgeReport.objects.filter(pk=report.pk).update(erased=F("erased") + count)
    return len(batch), keys[-1]


def count_and_drop_notices(keys: list[int]) -> None:
    """Of notices only this stays: how many of each kind ended how, by month."""
    rows = Notification.objects.filter(pk__in=keys)
    groups = rows.annotate(month=TruncMonth("ended_at")).values_list("scope", "month", "kind", "state")
    for (scope, month, kind, state), count in Counter(groups).items():
        row, _ = NoticeCount.objects.get_or_create(scope=scope, month=month.date(), kind=kind, state=state)
        NoticeCount.objects.filter(pk=row.pk).update(count=F("count") + count)
    rows.delete()


@transaction.atomic
def stop_erasing(*, by: User, scope: UUID, kept: str, now: datetime) -> LegalHold:
    """Keep all that a school has of one class, whatever its age, until the hold is lifted."""
    if kept not in settings.KEPT or not settings.KEPT[kept].can_stop:
        raise Refused("This cannot be kept for longer.")
    try:
        with transaction.atomic():
            hold = LegalHold.objects.create(scope=scope, kept=kept, starts_at=now, by=by)
    except IntegrityError:
        raise Refused("Nothing of this is being erased already.") from None
    record(by=by, verb="stop erasing", on=hold, scope=scope)
    return hold


@transaction.atomic
def go_on_erasing(*, by: User, hold: LegalHold, now: datetime) -> LegalHold:
    """Lift a legal hold: the next night erases what has become over age meanwhile."""
    hold = LegalHold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    if hold.lifted_at is not None:
        raise Refused("This has been lifted already.")
    hold.lifted_at, hold.lifted_by = now, by
    hold.save(update_fields=["lifted_at", "lifted_by"])
    record(by=by, verb="go on erasing", on=hold, scope=hold.scope)
    return hold


def first_due(scope: UUID, at: datetime) -> dict[str, datetime]:
    """For each class that a legal hold can stop: when the oldest of what this school has is over age."""
    oldest = [
        one.rows.filter(school=scope)
        .order_by()
        .values(of_class=Value(one.kept))
        .annotate(first=Min("since"))
        .values_list("of_class", "first")
        for one in erasables(at)
        if settings.KEPT[one.kept].can_stop
    ]
    found: dict[str, datetime] = {}
    for name, first in oldest[0].union(*oldest[1:], all=True):
        if first is not None:
            due = max(at, first + timedelta(days=settings.KEPT[name].days))
            found[name] = min(due, found.get(name, due))
    return found
