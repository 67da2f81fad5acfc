"""One oversight: what is set, the approval above, the report from below, the lifting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from arrears.cases import snapshot
from arrears.cases.forms.steps import OpinionForm
from arrears.cases.views.drafts import forgets
from arrears.serious import oversight as acts
from arrears.serious.forms import LiftingForm, is_late
from arrears.serious.models import Oversight, OversightStage
from unions.common.attempt import attempt
from unions.current_user import reader
from unions.models import User
from unions.people.rights import Right

PARTS = (
    "case__employer",
    "case__handling_union__parent",
    "case__officer",
    "setter__parent",
    "requested_by",
    "decided_by",
    "reported_by",
    "lifted_by",
)
WAITING = (OversightStage.REQUESTED, OversightStage.REPORTED)
Said = dict[str, Any]
Step = Callable[[Oversight, User, datetime, Said, str], Oversight]
# Step → what it does, and what the person is told when it is done.
STEPS: dict[str, tuple[Step, str]] = {
    "approve": (
        lambda row, by, at, said, seen: acts.approve(row, by, at, seen=seen, opinion=said["opinion"]),
        "已批准，承办单位从现在起计时。",
    ),
    "decline": (lambda row, by, at, said, seen: acts.decline(row, by, at, opinion=said["opinion"]), "已退回提出人。"),
    "withdraw": (lambda row, by, at, said, seen: acts.withdraw(row, by, at), "已撤回。"),
    "report": (
        lambda row, by, at, said, seen: acts.report(row, said["report"], by, at),
        "解除报告已提交，等待督办单位审批。",
    ),
    "lift": (
        lambda row, by, at, said, seen: acts.lift(row, by, at, seen=seen, opinion=said["opinion"]),
        "已解除督办。",
    ),
    "keep": (
        lambda row, by, at, said, seen: acts.keep(row, by, at, opinion=said["opinion"]),
        "没有同意解除，督办继续，期限不变。",
    ),
}


def the_oversight(request: HttpRequest, pk: int) -> Oversight:
    """404 for strangers, and for those below while it is only asked for."""
    return get_object_or_404(Oversight.objects.visible_to(reader(request)).select_related(*PARTS), pk=pk)


@login_required
@require_safe
def oversight(request: HttpRequest, pk: int) -> HttpResponse:
    today = timezone.localdate()
    return _page(request, the_oversight(request, pk), OpinionForm(today=today), LiftingForm(today=today))


def _page(
    request: HttpRequest, row: Oversight, form: OpinionForm, lifting: LiftingForm, status: int = 200
) -> HttpResponse:
    user, lines = reader(request), acts.shown(row)
    waiting = row.stage in WAITING
    context = {
        "row": row,
        "case": row.case,
        "lines": lines,
        "shown": snapshot.seal(lines),
        "form": form,
        "lifting_form": lifting,
        "waiting": waiting,
        "late": is_late(row, timezone.localdate()),
        "barred": acts.barred(row, user, timezone.now()) if waiting else None,
        "may_withdraw": row.stage == OversightStage.REQUESTED and row.requested_by_id == user.pk,
        "may_report": row.stage == OversightStage.IN_FORCE
        and user.may(Right.HANDLE, row.case.handling_union.in_charge()),
    }
    return render(request, "arrears/serious/oversight.html", context, status=status)


@login_required
@require_POST
@forgets("oversight-{name}")
def step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    row, user = the_oversight(request, pk), reader(request)
    if name not in STEPS:
        raise Http404
    do, told = STEPS[name]
    today = timezone.localdate()
    opinion = OpinionForm(request.POST if name != "report" else None, today=today)
    lifting = LiftingForm(request.POST if name == "report" else None, today=today)
    form = lifting if name == "report" else opinion
    seen = request.POST.get("shown", "")
    done, status = attempt(form, lambda said: do(row, user, timezone.now(), said, seen))
    if done is None:
        return _page(request, the_oversight(request, pk), opinion, lifting, status)
    messages.success(request, told)
    return redirect(row)
