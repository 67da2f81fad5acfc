"""One obligation with its reasons; a longer term asked for and decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases import extensions, meeting
from arrears.cases.forms.steps import MeetForm
from arrears.cases.models import Case, Means
from arrears.law.models import Extension, ExtensionKind, Obligation
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.local import local
from arrears.law.obligations.reading import PARTS, matters, status_of
from arrears.law.obligations.requirements import book_of
from unions.approval_page import ApprovalPage, HistoryLine, asked_and_decided
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, post_action, read_page
from unions.models import User


def the_obligation(request: Request, pk: int) -> Obligation:
    """404 for strangers: who may see the case, or whose unit owes it."""
    rows = Obligation.objects.select_related(*PARTS, "holder__parent", "case__union", "case__handling_union")
    row = get_object_or_404(rows, pk=pk)
    user = request.user
    if row.case_id is not None and Case.objects.visible_to(user).filter(pk=row.case_id).exists():
        return row
    return get_object_or_404(rows.visible_to(user), pk=pk)


@read_page
def obligation(request: Request, pk: int) -> HttpResponse:
    return render(request, "arrears/law/obligation.html", _page(request, the_obligation(request, pk)))


def _reasons(row: Obligation, now: datetime) -> dict[str, Any]:
    """How the term was counted, and the clause it rests on."""
    rule, book = extensions.entry_of(row, RulebooksByUnit()) or (None, None)
    if book is None and row.clause:
        book = book_of(row.clause, row.path, day_of(row.started_at))
    clause = next((one for one in book.clauses if one.id == row.clause), None) if book else None
    return {"row": row, "now": now, "rule": rule, "book": book, "clause": clause}


def _page(request: Request, row: Obligation) -> dict[str, Any]:
    user, now = request.user, timezone.now()
    reasons = _reasons(row, now)
    asked = extensions.pending(row).first() if row.case_id else None
    done = Extension.objects.filter(case=row.case_id, rulebook=row.rulebook, rule=row.rule, decided_at__isnull=False)
    may_ask = asked is None and extensions.may_ask(row, user) and not (row.late(now) or row.backfilled)
    return reasons | {
        "told": status_of(row, now),
        "matter": matters([row]).get(row.subject),
        "kinds": [(kind.value, kind.label) for kind in extensions.allowed(row, reasons["rule"])] if may_ask else [],
        "asked": asked,
        "may_decide": asked is not None and extensions.approval.why_may_not_decide(asked, user, now) is None,
        "decided": done.select_related("requested_by", "decided_by"),
        "local": local(),
    }


# Where a form beside the line goes back to.
BACK = {"desk": "desk", "list": "obligations"}


@post_action
def obligation_meet(request: Request, pk: int) -> HttpResponse:
    """Record that somebody was told: the duty is met."""
    row, now = the_obligation(request, pk), timezone.now()
    meeting.check_may(row, request.user)
    form = MeetForm(request.POST, request.FILES, today=timezone.localdate())
    if form.is_valid():
        said = form.cleaned_data
        try:
            act = meeting.meet(
                row, said["on"], said["told"], Means(said["means"]), said["detail"], said["paper"], request.user, now
            )
        except (Forbidden, Stale):
            raise
        except Refused as refusal:
            form.take(refusal.fields, refusal.message)
        else:
            messages.success(request, f"已登记“{act}”：{act.told}，{act.get_means_display()}，{act.on}。")
            back = request.POST.get("back", "")
            return redirect(act.case if back == "case" else BACK.get(back) or row)
    return render(request, "arrears/law/obligation.html", _page(request, row) | {"meet_form": form}, status=422)


@post_action
def obligation_extend(request: Request, pk: int) -> HttpResponse:
    row = the_obligation(request, pk)
    wanted = request.POST.get("kind", "")
    kind = ExtensionKind(wanted) if wanted in ExtensionKind.values else ExtensionKind.EXTEND
    extensions.request(row, kind, request.POST.get("reason", ""), request.user, timezone.now())
    messages.success(request, "已提出，等待第二人审批。批准前仍按原期限计时。")
    return redirect("obligation", pk=pk)


class ExtensionPage(ApprovalPage[Extension]):
    approvals = (extensions.approval,)
    template = "arrears/cases/extension.html"
    steps_at = "extension-step"

    def find(self, request: Request, pk: int) -> Extension:
        """404 for strangers."""
        rows = Extension.objects.select_related("case__employer", "requested_by", "decided_by")
        return get_object_or_404(rows.filter(case__in=Case.objects.visible_to(request.user)), pk=pk)

    def facts(self, row: Extension, user: User, now: datetime) -> dict[str, Any]:
        return {"extension": row} | _reasons(extensions.obligation_of(row), now)

    def history(self, row: Extension) -> list[HistoryLine]:
        return asked_and_decided(extensions.approval, row, declined="未批准", opinion=True)


extension_page = ExtensionPage()
