"""The tree of units, opened branch by branch, and the page of one unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from unions.common.text import number_key
from unions.http import Request, form_page
from unions.listing import listed
from unions.models import Appointment, Placement, Supervisor, Union, UnionKind, User
from unions.people import accounts, supervisors
from unions.people.appointments import appointable_roles, may_appoint
from unions.people.forms import CommitteeForm, SupervisorForm, UnitsForm
from unions.people.rights import Right, RoleName
from unions.sheets import LEFT, MIDDLE, ListColumns, check_export, list_sheet, send_sheet, taken_along
from unions.tree.reach import visible_unit

BRANCH, FOUND = 200, 50
COLUMNS: ListColumns = {
    "编码": (20, MIDDLE, ""),
    "单位": (34, LEFT, ""),
    "类型": (26, MIDDLE, ""),
    "上级": (30, LEFT, ""),
    "值班人员": (18, MIDDLE, ""),
    "公布电话": (18, MIDDLE, ""),
    "报送联系人": (16, MIDDLE, ""),
    "报送联系电话": (18, MIDDLE, ""),
    "报送电子邮箱": (28, LEFT, ""),
}


@dataclass
class Branch:
    """Children of one unit, a page of them. `rows`: (unit, how many units stand right below it)."""

    rows: list[tuple[Union, int]]
    after: str  # code to go on after; "" at the end
    parent: Union | None = None
    open: bool = False


def branch(units: QuerySet[Union], after: str = "", parent: Union | None = None) -> Branch:
    """Two queries, however large the tree is."""
    page = list(units.filter(code__gt=after).order_by("code")[: BRANCH + 1])
    shown = page[:BRANCH]
    below = Union.objects.filter(parent__in=[unit.pk for unit in shown]).values_list("parent")
    counts = dict(below.annotate(n=Count("pk")).order_by())
    rows = [(unit, counts.get(unit.pk, 0)) for unit in shown]
    return Branch(rows, shown[-1].code if len(page) > BRANCH else "", parent)


@require_safe
@form_page
def tree(request: Request) -> HttpResponse:
    user, form = request.user, UnitsForm(request.GET)
    found = _found(user, form)
    context: dict[str, Any] = {
        "form": form,
        "may_import": user.paths(Right.STRUCTURE),
        "may_export": bool(user.paths(Right.EXPORT)),
    }
    if found is None:
        context |= _roots(user)
    else:
        context["page"] = listed(found, request, FOUND, ("code", "pk"))
    return render(request, "unions/tree.html", context, status=422 if form.errors else 200)


def _found(user: User, form: UnitsForm) -> QuerySet[Union] | None:
    """Units in the reader's reach that match; None where nothing was asked for."""
    if not form.is_valid() or not any(form.cleaned_data.values()):
        return None
    asked = form.cleaned_data
    units = reach = Union.objects.visible_to(user)
    if text := asked["q"].strip():
        units = units.searched(text)
    if code := asked["below"].strip():
        above = reach.filter(code=number_key(code)).first()
        units = units.below(above) if above else units.none()
    if asked["kind"]:
        units = units.filter(kind=asked["kind"])
    return (units.without_duty_officer() if asked["no_duty"] else units).select_related("parent")


@require_safe
@form_page
def export(request: Request) -> HttpResponse:
    """The units that the page lists, as a workbook; without a condition those without a duty officer (QH-3a)."""
    check_export(request.user)
    now, form = timezone.now(), UnitsForm(request.GET)
    units = _found(request.user, form)
    if units is None:
        units = Union.objects.visible_to(request.user).without_duty_officer().select_related("parent")
    units = taken_along(request, units)
    rows = (
        (unit.code, unit.name, unit.get_kind_display(), unit.parent.name if unit.parent else "", *_duty(unit))
        for unit in units.order_by("code").iterator(chunk_size=1000)
    )
    return send_sheet(request, list_sheet("工会名单", COLUMNS, rows, now), now)


def _duty(unit: Union) -> tuple[str, ...]:
    published = unit.duty_officer or "未公布", unit.duty_phone or "未公布"
    return *published, unit.returns_contact, unit.returns_phone, unit.returns_email


def _roots(user: User) -> dict[str, Any]:
    """Where the reader's subtrees begin; a single one is shown opened."""
    reach = user.reach()
    outermost = [path for path in reach if not any(path != above and path.startswith(above) for above in reach)]
    roots = branch(Union.objects.filter(path__in=outermost).select_related("parent"))
    opened = branch(roots.rows[0][0].children.all(), parent=roots.rows[0][0]) if len(roots.rows) == 1 else None
    return {"branch": roots, "opened": opened}


@require_safe
@form_page
def children(request: Request, code: str) -> HttpResponse:
    """One opened branch, or its next page."""
    union = visible_unit(request, code)
    rows = branch(union.children.all(), request.GET.get("after", ""), union)
    return render(request, "unions/branch.html", {"branch": rows})


@require_safe
@form_page
def unit(request: Request, code: str) -> HttpResponse:
    return unit_page(request, visible_unit(request, code))


def unit_page(request: Request, union: Union, status: int = 200, **refused: Any) -> HttpResponse:
    """The page of a unit. `refused`: a form of its register of supervisors that was turned away."""
    context = frame(request, union) | {
        "kinds": _kinds(union),
        "no_duty": Union.objects.below(union).without_duty_officer().count(),
        "branch": branch(union.children.all(), parent=union),
        "placements": _placements(union),
        "predecessors": union.predecessors.order_by("code")[:FOUND],
    }
    return render(request, "unions/unit.html", context | _supervision(request.user, union) | refused, status=status)


def _supervision(user: User, union: Union) -> dict[str, Any]:
    """The register of supervisors of the unit (QD-7b), and how many there are with those below."""
    today = timezone.localdate()
    below = Supervisor.objects.within([union.path])
    counted = below.aggregate(
        in_term=Count("pk", filter=Q(pk__in=below.in_term(today).values("pk"))),
        expired=Count("pk", filter=Q(pk__in=below.expired(today).values("pk"))),
    )
    return counted | {
        "today": today,
        "committees": union.supervision_committees.all()[:FOUND],
        "supervisors": union.supervisors.order_by(F("ended_on").desc(nulls_first=True), "pk")[:FOUND],
        "may_keep_supervisors": supervisors.may_keep(user, union),
        "may_export_supervisors": user.may(Right.EXPORT, union),
        "committee_form": CommitteeForm(today=today),
        "supervisor_form": SupervisorForm(today=today),
    }


def frame(request: Request, union: Union) -> dict[str, Any]:
    """What every page about a unit shows above its content."""
    user = request.user
    line = list(Union.objects.line(union).exclude(pk=union.pk))
    reach = user.reach()
    return {
        "union": union,
        "crumbs": [
            {"label": "工会组织", "url": "/unions/"},
            *(_crumb(above, reach) for above in line),
            {"label": union.name},
        ],
        "may_change": user.may(Right.STRUCTURE, union) and not union.is_closed,
        "may_move": union.parent_id is not None and may_take_part(user, union),
        "may_edit": not union.is_closed and (user.may(Right.STRUCTURE, union) or user.may(Right.PEOPLE, union)),
        "may_appoint": not union.is_closed and bool(appointable_roles(user, union)),
    }


def may_take_part(user: User, union: Union) -> bool:
    """Moving, splitting and closing concern the unit above as well."""
    above = union.parent
    return above is not None and not union.is_closed and user.may(Right.STRUCTURE, above)


def _crumb(above: Union, reach: list[str]) -> dict[str, str]:
    seen = any(above.path.startswith(path) for path in reach)
    return {"label": above.name, "url": above.get_absolute_url() if seen else ""}


def _kinds(union: Union) -> list[tuple[str, int]]:
    """How many units of each kind stand anywhere below, closed ones not counted."""
    below = Union.objects.below(union).exclude(pk=union.pk).filter(valid_until=None).values_list("kind")
    counts = dict(below.annotate(n=Count("pk")).order_by())
    return [(kind.label, counts[kind.value]) for kind in UnionKind if kind.value in counts]


def _placements(union: Union) -> list[dict[str, Any]]:
    """Where it stood since it was founded, latest first: since, until, the line above in words."""
    rows = list(union.placements.exclude(until__lt=union.valid_from).order_by("-since"))
    ids = {int(part) for row in rows for part in row.path.split(".") if part}
    names = dict(Union.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [{"since": max(row.since, union.valid_from), "until": row.until, "line": _line(row, names)} for row in rows]


def _line(row: Placement, names: dict[int, str]) -> str:
    above = [int(part) for part in row.path.split(".") if part][:-1]
    return " › ".join(names[pk] for pk in above) or "最上级"


@require_safe
@form_page
def people(request: Request, code: str) -> HttpResponse:
    union = visible_unit(request, code)
    user, today = request.user, timezone.localdate()
    rows = list(
        union.appointments.select_related("user", "acting_for", "appointed_by", "agency").order_by("role", "-since")
    )
    present = [row for row in rows if row.until is None or row.until >= today]
    context = frame(request, union) | {
        "present": [(row, _may_dismiss(user, row, union, today)) for row in present],
        "resettable": accounts.resettable(user, {row.user_id for row in present}, today),
        "past": [row for row in rows if row.until and row.until < today][:FOUND],
        "today": today,
        "may_record_away": {
            row.pk for row in present if row.user_id == user.pk or may_appoint(user, RoleName(row.role), union)
        },
    }
    return render(request, "unions/people.html", context)


def _may_dismiss(user: User, row: Appointment, union: Union, today: date) -> bool:
    return row.user_id != user.pk and may_appoint(user, RoleName(row.role), union)
