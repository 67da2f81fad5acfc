"""办理时限: what is due soon, overdue, to be asked after and done; one obligation with its reasons; a longer term asked and decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from arrears.cases.models import Case
from arrears.law.editions.rulebook_editions import active_shelf
from arrears.law.models import Extension, ExtensionKind, Obligation, ObligationQuerySet
from arrears.law.obligations import extensions
from arrears.law.obligations.applicable import Bookcase
from arrears.law.obligations.local import local
from arrears.law.obligations.matters import matters
from arrears.law.obligations.reading import PARTS, offered, told
from unions.common.clock_pages import by_clock
from unions.common.keyset import keyset
from unions.common.refusals import Forbidden
from unions.current_user import reader
from unions.models import User
from unions.people.forms import UnitFilter
from unions.people.rights import Right

PER_PAGE = 50
MOST_COUNTED = 999


class ObligationFilter(UnitFilter):
    unit_label = "责任单位（编码或名称）"

    rulebook = forms.ChoiceField(label="依据", required=False)
    mine = forms.BooleanField(label="只看我经办的", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        books = [(book.key, f"{book.issuer} {book.number or book.issued.year}") for book in active_shelf().values()]
        self.fields["rulebook"].choices = [("", "全部"), *books]  # type: ignore[attr-defined]

    def narrow(self, rows: ObligationQuerySet) -> ObligationQuerySet:
        """The rows that match; nothing when a filter could not be read (its error stands beside it)."""
        if not self.is_valid():
            return rows.none()
        data = self.cleaned_data
        if data["unit"]:
            rows = rows.filter(path__startswith=data["unit"].path)
        if data["rulebook"]:
            rows = rows.filter(rulebook=data["rulebook"])
        return rows.filter(officer=self.user) if data["mine"] else rows


@login_required
@require_safe
def obligation_list(request: HttpRequest) -> HttpResponse:
    user, now = reader(request), timezone.now()
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不涉及案件办理，没有办理时限可看。")
    lists = offered(user)
    key = request.GET.get("list", "")
    key = key if key in lists else "open"
    chosen = lists[key]
    form = ObligationFilter(request.GET, user=user, today=timezone.localdate(now))
    rows = form.narrow(chosen.rows(user, now)).select_related(*PARTS)
    page = by_clock(rows, request, PER_PAGE, chosen.by) if chosen.by else keyset(rows, request, PER_PAGE)
    about = matters(page.rows)
    return render(
        request,
        "reporting/obligations.html",
        {
            "form": form,
            "page": page,
            "rows": [(told(row, now), about.get(row.subject)) for row in page.rows],
            "list": key,
            "empty": chosen.empty,
            "tabs": _tabs(user, now, form, key),
            "local": local(),
            "filtered": any(form.data.get(name) for name in form.fields),
        },
    )


def _tabs(user: User, now: datetime, form: ObligationFilter, current: str) -> list[tuple[str, str, str, bool]]:
    """Key, label, count in words ("" where nobody counts), whether it is the one shown."""
    tabs = []
    for key, one in offered(user).items():
        count = _counted(form.narrow(one.rows(user, now))) if one.counted else ""
        tabs.append((key, one.label, count, key == current))
    return tabs


def _counted(rows: ObligationQuerySet) -> str:
    """Never more rows than a page of counting is worth."""
    count = rows.order_by()[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")


# One ---------------------------------------------------------------------------------------------------------------


def the_obligation(request: HttpRequest, pk: int) -> Obligation:
    """404 for strangers: who may see the case, or whose unit owes it."""
    rows = Obligation.objects.select_related(*PARTS, "holder__parent", "case__union", "case__handling_union")
    row = get_object_or_404(rows, pk=pk)
    user = reader(request)
    if row.case_id is not None and Case.objects.visible_to(user).filter(pk=row.case_id).exists():
        return row
    return get_object_or_404(rows.visible_to(user), pk=pk)


@login_required
@require_safe
def obligation(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "reporting/obligation.html", _page(request, the_obligation(request, pk)))


def _page(request: HttpRequest, row: Obligation) -> dict[str, Any]:
    user, now = reader(request), timezone.now()
    rule, book = extensions.entry_of(row, Bookcase()) or (None, None)
    asked = extensions.pending(row).first() if row.case_id else None
    done = Extension.objects.filter(case=row.case_id, rulebook=row.rulebook, rule=row.rule, decided_at__isnull=False)
    may_ask = asked is None and extensions.may_ask(row, user) and not row.late(now)
    return {
        "row": row,
        "told": told(row, now),
        "matter": matters([row]).get(row.subject),
        "now": now,
        "rule": rule,
        "book": book,
        "clause": next((one for one in book.clauses if one.id == row.clause), None) if book else None,
        "kinds": [(kind.value, kind.label) for kind in extensions.allowed(row, rule)] if may_ask else [],
        "asked": asked,
        "barred": extensions.barred(row, asked, user, now) if asked else None,
        "decided": done.select_related("requested_by", "decided_by"),
        "local": local(),
    }


@login_required
@require_POST
def obligation_extend(request: HttpRequest, pk: int) -> HttpResponse:
    row = the_obligation(request, pk)
    wanted = request.POST.get("kind", "")
    kind = ExtensionKind(wanted) if wanted in ExtensionKind.values else ExtensionKind.EXTEND
    extensions.request(row, kind, request.POST.get("reason", ""), reader(request), timezone.now())
    messages.success(request, "已提出，等待第二人审批。批准前仍按原期限计时。")
    return redirect("obligation", pk=pk)


@login_required
@require_POST
def extension_decide(request: HttpRequest, pk: int) -> HttpResponse:
    user = reader(request)
    asked = get_object_or_404(Extension.objects.filter(case__in=Case.objects.visible_to(user)), pk=pk)
    approve = request.POST.get("answer") == "approve"
    asked = extensions.decide(asked, approve, request.POST.get("decision", ""), user, timezone.now())
    messages.success(request, "已批准，期限已重新推算。" if approve else "已退回，仍按原期限计时。")
    row = Obligation.objects.get(case=asked.case, rulebook=asked.rulebook, rule=asked.rule)
    return redirect("obligation", pk=row.pk)
