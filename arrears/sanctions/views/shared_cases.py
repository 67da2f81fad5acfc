"""应列尽列 (QP-3.1) and 移送和处罚案件 (QP-3.3): who should be on the list, and what member bodies share of a period."""

from __future__ import annotations

from functools import partial

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arrears.cases.names import name_key
from arrears.law.scope import Period, Scope, days_of, label_of, read_label
from arrears.sanctions import shared_cases
from arrears.sanctions.actions.listings import may_propose
from arrears.sanctions.forms import PlaceForm
from arrears.sanctions.unlisted import Offender, unlisted
from arrears.sanctions.views.tabs import tabs_for, viewing_user
from unions.common.refusals import Forbidden, Refused
from unions.common.views import attachment
from unions.common.xlsx_writer import bytes_of
from unions.http import Request, read_page
from unions.log import audit
from unions.models import User
from unions.people.rights import Right
from unions.tree.reach import asked_unit, highest_unit

PER_PAGE = 30
BACK = 8  # quarters offered


@read_page
def unlisted_list(request: Request) -> HttpResponse:
    user, today = viewing_user(request), timezone.localdate()
    form = PlaceForm(request.GET, user=user, today=today)
    unit = form.cleaned_data["unit"] if form.is_valid() else None
    found = unlisted(user, unit, today)
    unclear = request.GET.get("state") == "unclear"
    rows = _named(found.unclear if unclear else found.meets, request.GET.get("q", "").strip())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "found": found,
        "unclear": unclear,
        "page": page,
        "tabs": tabs_for(request),
        "here": "unlisted",
        "unit": unit or highest_unit(user),
        "rows": [(one, _to_propose(one, user)) for one in page],
    }
    return render(request, "arrears/sanctions/unlisted.html", context)


def _named(rows: list[Offender], text: str) -> list[Offender]:
    key = name_key(text)
    return [one for one in rows if key in one.employer.name_key] if text else rows


def _to_propose(one: Offender, user: User) -> int | None:
    """The case from which the reader may put this employer forward."""
    return next((case.pk for case, _ in one.cases if may_propose(case, user)), None)


# ---- what is shared of a period -------------------------------------------------------------------------------------


def _scope(request: Request) -> Scope:
    """The unit and the quarter asked for; the present quarter when nothing is said."""
    union, today = asked_unit(request, "概览"), timezone.localdate()
    text = request.GET.get("period", "") or label_of("quarter", today)
    rhythm, first = read_label(text)
    if rhythm not in ("month", "quarter", "year"):
        raise Refused("期间格式应为 2026-10（月）、2026Q4（季）或 2026（年）。")
    since, until = days_of(rhythm, first)
    if since > today:
        raise Refused(f"期间自 {since} 开始，在今天之后，还没有数据。")
    return Scope(union, Period(since, until, today))


@read_page
def shared_case_list(request: Request) -> HttpResponse:
    user = viewing_user(request)
    scope = _scope(request)
    acts = list(shared_cases.shared_acts(scope)[: shared_cases.MOST + 1])
    page = Paginator(acts[: shared_cases.MOST], PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "scope": scope,
        "page": page,
        "rows": list(shared_cases.shared_rows(list(page), scope.last)),
        "tabs": tabs_for(request),
        "here": "shared-cases",
        "periods": _periods(),
        "may_export": user.may(Right.EXPORT, scope.union),
        "label": scope.period.label,
    }
    return render(request, "arrears/sanctions/shared_cases.html", context)


def _periods() -> list[str]:
    day, found = timezone.localdate(), []
    for _ in range(BACK):
        found.append(label_of("quarter", day))
        day = day.fromordinal(days_of("quarter", day)[0].toordinal() - 1)
    return found


@read_page
def shared_cases_sheet(request: Request) -> HttpResponse:
    viewing_user(request)
    user, now = request.user, timezone.now()
    scope = _scope(request)
    if not user.may(Right.EXPORT, scope.union):
        raise Forbidden(f"您没有导出“{scope.union}”的权限，请联系本单位的统计员或经办人。")
    acts = list(shared_cases.shared_acts(scope)[: shared_cases.MOST + 1])
    if len(acts) > shared_cases.MOST:
        raise Refused(f"这一期间超过 {shared_cases.MOST:,} 件次，请按月导出。")
    content = bytes_of(partial(shared_cases.write, scope, acts, now))
    with transaction.atomic():
        audit.record(f"user:{user.pk}", "export-shared-cases", user, now, union=scope.union, period=scope.period.label)
    return attachment(content, f"移送和处罚案件_{scope.union.name}_{scope.period.label}.xlsx")
