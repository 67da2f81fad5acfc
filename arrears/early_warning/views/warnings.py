"""Pages of early warning: the board of a unit, and one warned employer with all that is known of it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from arrears.cases.models import Case
from arrears.early_warning import actions, board
from arrears.early_warning.forms import AnswerForm, BoardFilter, StepForm
from arrears.early_warning.models import (
    LEVEL_TONES,
    SitePaper,
    StepKind,
    WarningCheck,
    WarningSignal,
    WarningStanding,
    WarningStep,
)
from arrears.early_warning.trend import trend
from unions.http import Request, read_page
from unions.models import Union, User
from unions.pages import list_page
from unions.people.rights import Right
from unions.tree.reach import asked_unit

PER_PAGE = 50
GRAVEST_FIRST = ("-rank", "-score", "-pk")
MOST_SHOWN = 200


@read_page
def listed(request: Request) -> HttpResponse:
    unit, user = asked_unit(request, "预警"), request.user
    here, places = board.tally(unit), board.places(unit)
    levels = board.levels_of([here])
    rows = WarningStanding.objects.filter(union=unit)
    filters = BoardFilter(request.GET, rows, user, timezone.now(), levels=levels, path=unit.path)
    context = list_page(request, filters.qs.select_related("employer"), PER_PAGE, filters, GRAVEST_FIRST)
    context |= {
        "unit": unit,
        "line": _line(unit, user),
        "here": here,
        "places": places,
        "levels": [(level, LEVEL_TONES.get(level, "neutral")) for level in levels],
        "tiles": [(level, LEVEL_TONES.get(level, ""), here.levels[level]) for level in levels],
        "reports": list(WarningStep.objects.reports_to_answer(user).select_related("employer", "union")[:20]),
        "may_record": bool(user.paths(Right.INSPECT)),
        "today": timezone.localdate(),
    }
    return render(request, "arrears/early_warning/warnings.html", context)


def _line(unit: Union, user: User) -> list[Union]:
    """From the reader's own unit down to `unit`."""
    paths = user.paths(Right.VIEW)
    return [one for one in Union.objects.line(unit) if any(one.path.startswith(path) for path in paths)]


# One employer --------------------------------------------------------------------------------------------------------


def the_standing(request: Request, pk: int) -> WarningStanding:
    """404 for strangers."""
    rows = WarningStanding.objects.visible_to(request.user).select_related("employer", "union__parent")
    return get_object_or_404(rows, pk=pk)


@read_page
def warning(request: Request, pk: int) -> HttpResponse:
    return standing_page(request, the_standing(request, pk))


def standing_page(request: Request, standing: WarningStanding, *, status: int = 200, **given: Any) -> HttpResponse:
    """`given`: a bound form to show instead of an empty one."""
    user, today, employer = request.user, timezone.localdate(), standing.employer
    here = {"employer": employer, "path__startswith": standing.path}
    made = WarningStep.objects.filter(**here).select_related("union", "by", "receiver", "answered_by")
    context = {
        "standing": standing,
        "signals": WarningSignal.objects.filter(**here).select_related("union", "by", "check_made", "project")[
            :MOST_SHOWN
        ],
        "checks": WarningCheck.objects.filter(**here)
        .select_related("union", "by", "case")
        .prefetch_related("papers")[:MOST_SHOWN],
        "steps": [(step, actions.may_answer(step, user)) for step in made[:MOST_SHOWN]],
        "may_record": user.may(Right.INSPECT, standing.union) and not standing.union.is_closed,
        "cases": Case.objects.visible_to(user).filter(employer=employer).select_related("union")[:10],
        "visits": employer.inspections.visible_to(user).select_related("union")[:10],
        "to_push": list(WarningSignal.objects.standing().filter(**here).exclude(authority="")[:20]),
        "step_form": StepForm(today=today, initial={"on": today}),
        "answer_form": AnswerForm(today=today, initial={"answered_on": today}),
        "kinds": StepKind,
    }
    return render(request, "arrears/early_warning/warning.html", context | given, status=status)


@read_page
def paper(request: Request, pk: int) -> FileResponse:
    """A photo or paper from the spot, to whoever may see the visit; always as an attachment."""
    row = get_object_or_404(SitePaper.objects.select_related("check_made", "inspection"), pk=pk)
    visit = row.check_made or row.inspection
    if visit is None or not any(visit.path.startswith(path) for path in request.user.paths(Right.VIEW)):
        raise Http404
    try:
        content = row.file.open("rb")
    except FileNotFoundError:
        raise Http404("文件不在存储中。") from None
    answer = FileResponse(content, as_attachment=True, filename=row.name, content_type=row.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@read_page
def warning_trend(request: Request, pk: int) -> JsonResponse:
    """The trend of one warned employer as an ECharts option."""
    points = trend(the_standing(request, pk), timezone.localdate())
    return JsonResponse(
        {
            "unit": "分",
            "grid": {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True},
            "xAxis": {"type": "category", "data": [f"{point.day:%Y-%m-%d}" for point in points]},
            "yAxis": {"type": "value", "name": "分"},
            "series": [{"name": "预警分值", "type": "line", "data": [float(point.score) for point in points]}],
        }
    )
