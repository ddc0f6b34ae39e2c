"""The numbers of a month, for those who may not see names: student leads and evaluators."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from peersupport.clock import now
from peersupport.csvfile import csv_response
from programs.permissions import MemberRequest, allowed, school
from training.engines.counts import Number, first_of_next_month, table_of
from training.models import CountsReport, ModuleVersion
from training.permissions import may_see_counts

COLUMNS = ("Module", "Year level", "Site", "Done", "Asked", "As of")
LEFT_OUT = "not shown"


def _report(request: MemberRequest) -> CountsReport | None:
    return CountsReport.objects.filter(year=request.rights.year).order_by("published_on").last()


def _modules(request: MemberRequest, report: CountsReport | None) -> list[ModuleVersion]:
    """What the report has numbers of."""
    counted = report.numbers if report else {}
    versions = ModuleVersion.objects.visible_in(school(request)) if counted else []
    return [version for version in versions if str(version.module_id) in counted]


def _site_names(request: MemberRequest) -> dict[str, str]:
    names = {str(site.uuid): site.name for site in school(request).sites.all()}
    return names | {"": "No site"}


@require_safe
@allowed(may_see_counts)
def counts_show(request: MemberRequest) -> HttpResponse:
    report = _report(request)
    modules = _modules(request, report)
    asked = request.GET.get("module")
    chosen = next((one for one in modules if str(one.module.uuid) == asked), modules[0] if modules else None)
    today = school(request).today(now())
    context: dict[str, object] = {
        "report": report,
        "modules": modules,
        "chosen": chosen,
        "next_on": first_of_next_month(report.published_on if report else today),
    }
    if report and chosen:
        context["table"] = table_of(report.of_module(chosen.module_id), _site_names(request))
    return render(request, "training/completion/counts.html", context)


@require_safe
@allowed(may_see_counts)
def counts_csv(request: MemberRequest) -> StreamingHttpResponse:
    """The same numbers as a file, of all modules."""
    report = _report(request)
    sites = _site_names(request)

    def rows() -> Iterator[tuple[object, ...]]:
        for version in _modules(request, report):
            for number in report.of_module(version.module_id) if report else []:
                yield version.title, *_row(number, sites)

    return csv_response("counts.csv", COLUMNS, rows())


def _row(number: Number, sites: dict[str, str]) -> tuple[object, ...]:
    level = "all" if number.level is None else number.level
    site = "all" if number.site is None else sites.get(number.site, "Another site")
    if number.on is None:
        return level, site, LEFT_OUT, LEFT_OUT, ""
    return level, site, number.done, number.asked, date.isoformat(number.on)
