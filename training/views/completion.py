"""Done or not done: the overview by year level and site, and the list by name, for wellbeing staff."""

from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from peersupport.audit import record
from peersupport.clock import now
from peersupport.csvfile import csv_response
from peersupport.second_factor import second_factor_required
from programs.models.cohorts import matching, year_levels
from programs.permissions import MemberRequest, allowed, school
from training.engines.dotplot import dot_rows
from training.forms.completion import CompletionFilter
from training.models import ModuleVersion
from training.models.assignments import DueQuerySet
from training.models.completion import completion_by_group, core_due
from training.permissions import may_see_completion

A_PAGE = 20
COLUMNS = (
    "Student number",
    "Family name",
    "Given name",
    "E-mail",
    "Year level",
    "Site",
    "Module",
    "Due",
    "State",
)


@require_safe
@allowed(may_see_completion)
@second_factor_required
def overview(request: MemberRequest) -> HttpResponse:
    program = school(request)
    versions = list(ModuleVersion.objects.visible_in(program).filter(track="core"))
    chosen = next(
        (version for version in versions if str(version.module.uuid) == request.GET.get("module")), None
    )
    groups = completion_by_group(program, now(), chosen.module_id if chosen else None)
    total, done = sum(group.total for group in groups), sum(group.done for group in groups)
    sites = sorted({group.site for group in groups})
    by_place = {(group.year_level, group.site): group for group in groups}
    levels = sorted({group.year_level for group in groups})
    context = {
        "versions": versions,
        "chosen": chosen,
        "total": total,
        "done": done,
        "percent": round(100 * done / total) if total else 0,
        "sites": sites,
        "table": [(level, [by_place.get((level, site)) for site in sites]) for level in levels],
        "chart": dot_rows(groups, sites),
    }
    return render(request, "training/completion/overview.html", context)


def _rows(request: MemberRequest, form: CompletionFilter) -> DueQuerySet:
    """The list by name as the filter narrows it; an unusable filter narrows nothing."""
    program = school(request)
    rows = core_due(program, now()).select_related("user", "site").by_name()
    wanted: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    rows = rows.filter(matching(wanted.get("q", "")))
    if wanted.get("level"):
        rows = rows.filter(year_level=wanted["level"])
    if wanted.get("site"):
        rows = rows.filter(site__uuid=wanted["site"])
    if wanted.get("done") == "yes":
        rows = rows.done()
    if wanted.get("done") in {"no", "late"}:
        rows = rows.not_done()
    if wanted.get("done") == "late":
        rows = rows.late(program.today(now()))
    return rows


def _filter(request: MemberRequest) -> CompletionFilter:
    program = school(request)
    return CompletionFilter(request.GET, program=program, levels=year_levels(program, now()))


@require_safe
@allowed(may_see_completion)
@second_factor_required
def people_list(request: MemberRequest) -> HttpResponse:
    form = _filter(request)
    page = Paginator(_rows(request, form), A_PAGE).get_page(request.GET.get("page"))
    titles = {
        version.module_id: version.title for version in ModuleVersion.objects.visible_in(school(request))
    }
    today = school(request).today(now())
    context = {
        "form": form,
        "page": page,
        "rows": [
            {
                "due": due,
                "title": titles.get(due.module_id, "Module"),
                "late": due.completed_on is None and due.due_on < today,
            }
            for due in page
        ],
        "filters": request.GET.urlencode(),
    }
    return render(request, "training/completion/people.html", context)


@require_safe
@allowed(may_see_completion)
@second_factor_required
def people_csv(request: MemberRequest) -> StreamingHttpResponse:
    """The same list as a file. Names leave the house with it, so that it was made is written down."""
    form = _filter(request)
    if not form.is_valid():
        raise BadRequest("The filter makes no sense, and nobody wants everybody by mistake.")
    rows = _rows(request, form)
    titles = {
        version.module_id: version.title for version in ModuleVersion.objects.visible_in(school(request))
    }
    record(
        by=request.user,
        verb="export completion by name",
        on=school(request),
        scope=school(request).uuid,
        count=rows.count(),
    )
    return csv_response(
        "completion.csv",
        COLUMNS,
        (
            (
                due.student_id,
                due.user.family_name,
                due.user.given_name,
                due.user.email,
                due.year_level,
                due.site.name if due.site else "",
                titles.get(due.module_id, ""),
                due.due_on.isoformat(),
                "done" if due.completed_on else "not done",
            )
            for due in rows.iterator(chunk_size=2000)
        ),
    )
