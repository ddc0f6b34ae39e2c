"""Publishing counts for those who may not see names."""

from datetime import datetime, time

from django.db import transaction

from programs.models import Program
from training.engines.counts import next_numbers
from training.models.counts import CountsReport, counted_groups


@transaction.atomic
def publish_counts(*, program: Program, now: datetime) -> CountsReport | None:
    """Publish this month's report, unless it is there: as things stood when the month began.

    None when there was nothing to publish. What changes afterwards belongs to the next report.
    """
    Program.objects.select_for_update().get(pk=program.pk)
    first = program.today(now).replace(day=1)
    year = program.years.current(first).first()
    if year is None:
        return None
    earlier = list(CountsReport.objects.filter(year=year, published_on__lte=first))
    if earlier and earlier[-1].published_on == first:
        return None
    began = datetime.combine(first, time.min, program.zone)
    numbers = {
        str(module): [
            number.stored
            for number in next_numbers(groups, [report.of_module(module) for report in earlier], first)
        ]
        for module, groups in counted_groups(year, began, first).items()
    }
    return CountsReport.objects.create(year=year, published_on=first, numbers=numbers)
