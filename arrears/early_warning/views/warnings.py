"""Pages of early warning: the board of a unit, and one warned employer with all that is known of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from arrears.cases.models import Case
from arrears.early_warning import actions, board, collecting
from arrears.early_warning.forms import AnswerForm, BoardFilter, SourceListForm, SourceRhythmForm, StepForm
from arrears.early_warning.models import (
    LEVEL_TONES,
    SitePaper,
    SourceRhythm,
    StepKind,
    WarningCheck,
    WarningSignal,
    WarningStanding,
    WarningStep,
)
from arrears.early_warning.own import own_matters, under
from arrears.early_warning.trend import trend
from arrears.law.rules.grading import Matter
from arrears.law.rules.vocabulary import OWN_SIGNALS
from unions.http import Request, read_page
from unions.models import Union, User
from unions.pages import list_page
from unions.people.rights import Right
from unions.sheets import LEFT, MIDDLE, WHOLE, ListColumns, check_export, list_sheet, rows_to_export, send_sheet
from unions.tree.reach import asked_unit

PER_PAGE = 50
GRAVEST_FIRST = ("-rank", "-score", "-pk")
MOST_SHOWN = 200


@read_page
def listed(request: Request) -> HttpResponse:
    return board_page(request)


def board_page(request: Request, *, status: int = 200, **forms: Any) -> HttpResponse:
    """`forms`: a bound form of collecting to show instead of an empty one."""
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
        "may_export": user.may(Right.EXPORT, unit),
        "query": request.GET.urlencode(),
        "today": timezone.localdate(),
    }
    return render(
        request, "arrears/early_warning/warnings.html", context | _collecting(unit, user) | forms, status=status
    )


def _collecting(unit: Union, user: User) -> dict[str, Any]:
    """Lists that the unit and those below collect, where a notice in force wants it (YK-1.1b)."""
    today = timezone.localdate()
    rows = SourceRhythm.objects.filter(path__startswith=unit.path, ended_at=None).select_related("union__parent")
    found = collecting.standing(list(rows.prefetch_related("lists")[:MOST_SHOWN]), today)
    notice = collecting.notice_for(unit, today)
    may = notice is not None and bool(user.paths(Right.INSPECT))
    return {
        "collected": [
            (
                one,
                user.may(Right.INSPECT, one.row.union.in_charge()),
                SourceListForm(today=today, initial={"received_on": today}, auto_id=f"id_list{one.row.pk}_%s"),
            )
            for one in found
        ],
        "collect_notice": notice,
        "rhythm_form": SourceRhythmForm(user=user, initial={"days": 10, "since": today}, auto_id="id_source_%s")
        if may
        else None,
    }


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
        "own": _own(standing, today),
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


def _own(standing: WarningStanding, today: date) -> list[tuple[str, list[Matter]]]:
    """What our own books say of the employer, by kind."""
    told = own_matters([standing.employer_id], today).get(standing.employer_id, [])
    rows = under(told, standing.path)
    by_kind = [(label, [one for one in rows if one.kind == kind][:MOST_SHOWN]) for kind, label in OWN_SIGNALS.items()]
    return [(label, of_kind) for label, of_kind in by_kind if of_kind]


COLUMNS: ListColumns = {
    "用人单位": (30, LEFT, ""),
    "等级": (8, MIDDLE, ""),
    "分值": (10, "right", "0.00"),
    "预警信息（条）": (12, "right", WHOLE),
    "本系统产生（条）": (14, "right", WHOLE),
    "待核实（条）": (12, "right", WHOLE),
    "理由": (60, LEFT, ""),
    "最近一条": (12, MIDDLE, ""),
}


@read_page
def warnings_sheet(request: Request) -> HttpResponse:
    """The board of a unit as a workbook, as it is narrowed."""
    unit, now = asked_unit(request, "预警"), timezone.now()
    check_export(request.user, unit)
    rows = WarningStanding.objects.filter(union=unit)
    filters = BoardFilter(
        request.GET, rows, request.user, now, levels=board.levels_of([board.tally(unit)]), path=unit.path
    )
    found = rows_to_export(request, filters, "欠薪预警").select_related("employer").order_by(*GRAVEST_FIRST)
    cells = (
        (
            row.employer.name,
            row.level,
            row.score,
            row.signals,
            row.own,
            row.unverified,
            "；".join(row.reasons),
            row.latest_on,
        )
        for row in found
    )
    return send_sheet(request, list_sheet("欠薪预警名单", COLUMNS, cells, now, [f"{unit.name}及以下。"]), now)


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
