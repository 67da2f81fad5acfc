"""职工名单: the list of a case as a fragment that loads by itself; entering, correcting, removing, revealing."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from arrears.cases import filing, ledger
from arrears.cases.models import Case
from arrears.cases.views.found import the_case
from arrears.workers import actions as workers
from arrears.workers import confirmations, messages
from arrears.workers.forms import WorkerForm
from arrears.workers.messages import WHOM
from arrears.workers.models import MessageKind, Worker, WorkerMessage
from unions.common.attempt import attempt
from unions.common.form_fields import seen_in
from unions.common.limits import MOST_MONEY
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page, post_action, read_page
from unions.models import JobState

PER_PAGE = 50


@read_page
@never_cache
def worker_list(request: Request, pk: int) -> HttpResponse:
    case = the_case(request, pk)
    if not getattr(request, "htmx", None):
        return redirect(case.section_url("workers"))
    return list_fragment(request, case)


def list_fragment(request: Request, case: Case, *, status: int = 200, **given: Any) -> HttpResponse:
    """Draw one page of the list with its sums beside the ledger. `given`: a bound form to show."""
    user = request.user
    everyone = list(case.workers.listed().for_sums().order_by("pk"))
    listed, balance = workers.totals(everyone), ledger.balance(case)
    page, pages = _page(request, len(everyone))
    keys = [row.pk for row in everyone[(page - 1) * PER_PAGE : page * PER_PAGE]]
    may_keep, may_reveal = workers.may_keep_list(case, user), workers.may_reveal(case, user)
    may_post = ledger.may_post(case, user)
    context: dict[str, Any] = {
        "case": case,
        "rows": case.workers.with_paid().filter(pk__in=keys).order_by("pk"),
        "listed": listed,
        "first": (page - 1) * PER_PAGE,
        "page": page,
        "pages": pages,
        "draft": case.number is None,
        "differences": workers.differences(case, listed, balance),
        "shares": confirmations.shares(case),
        "answers": confirmations.last_answers(keys),
        "may_examine": confirmations.may_examine(case, user),
        "texts": _texts(case) if listed.owed.workers else None,
        "may_keep": may_keep,
        "may_reveal": may_reveal,
        "may_post": may_post,
        "may_pay": may_post and bool(listed.left.amount),
        "worker_form": WorkerForm(today=timezone.localdate()) if may_keep else None,
    }
    return render(request, "arrears/workers/worker_list.html", context | given, status=status)


def _texts(case: Case) -> dict[str, Any]:
    """How many agreed to messages, what was sent, and whom it concerns now (SD-2.2d)."""
    rows = WorkerMessage.objects.filter(worker__case=case)
    counts = rows.order_by().aggregate(
        sent=Count("pk", filter=Q(state=JobState.DONE)), failed=Count("pk", filter=Q(state=JobState.FAILED))
    )
    return counts | {
        "agreed": messages.agreed(case).count(),
        "ready": messages.is_set_up(),
        "whom": [(kind, WHOM[kind](case).count()) for kind in MessageKind] if messages.is_set_up() else [],
        "failures": rows.filter(state=JobState.FAILED)[:5],
    }


def _page(request: Request, people: int) -> tuple[int, int]:
    """(page asked for, pages there are), both from 1."""
    pages = max(1, -(-people // PER_PAGE))
    asked = request.GET.get("page", "1")
    return min(int(asked), pages) if re.fullmatch(r"[1-9][0-9]{0,5}", asked) else 1, pages


def _find_worker(request: Request, case: Case, pk: int) -> Worker:
    return get_object_or_404(case.workers.listed().select_related("case__union", "case__handling_union"), pk=pk)


@post_action
@never_cache
def enter(request: Request, pk: int) -> HttpResponse:
    """Add one worker from the form under the list."""
    case, user = the_case(request, pk), request.user
    if not workers.may_keep_list(case, user):
        raise Forbidden(f"案件{case.get_state_display()}，职工名单现在不能由您修改。")
    form = WorkerForm(request.POST, today=timezone.localdate())
    added, _ = attempt(form, lambda _: workers.add_workers(case, [form.facts()], user, timezone.now()))
    if added is None:
        return list_fragment(request, the_case(request, pk), status=422, worker_form=form)
    return list_fragment(request, the_case(request, pk), added=True)


@form_page
@never_cache
def worker(request: Request, pk: int, worker_pk: int) -> HttpResponse:
    """Correct one worker. What is private is not shown for it: an empty field stays as it is."""
    case, user = the_case(request, pk), request.user
    row = _find_worker(request, case, worker_pk)
    if not workers.may_keep_list(case, user):
        raise Forbidden(f"案件{case.get_state_display()}，职工名单现在不能由您修改。")
    if request.method != "POST":
        return _ask(request, case, row, WorkerForm(today=timezone.localdate(), worker=row))
    form = WorkerForm(request.POST, today=timezone.localdate(), worker=row)
    seen = seen_in(request.POST)
    changed, status = attempt(
        form, lambda _: workers.change_worker(row, form.changes(), user, timezone.now(), seen=seen)
    )
    if changed is None:
        return _ask(request, case, row, form, status)
    return redirect(case.section_url("workers"))


def _ask(request: Request, case: Case, row: Worker, form: WorkerForm, status: int = 200) -> HttpResponse:
    context = {"case": case, "worker": row, "form": form, "draft": case.number is None}
    return render(request, "arrears/workers/worker.html", context, status=status)


@post_action
def remove(request: Request, pk: int, worker_pk: int) -> HttpResponse:
    case = the_case(request, pk)
    row = _find_worker(request, case, worker_pk)
    reason = request.POST.get("reason", "")
    workers.remove_worker(row, reason, request.user, timezone.now(), seen=seen_in(request.POST))
    return redirect(case.section_url("workers"))


@post_action
@never_cache
def reveal(request: Request, pk: int, worker_pk: int, name: str) -> HttpResponse:
    """One private word for a purpose that is logged: the answer takes the place of the masked one."""
    if name not in workers.PRIVATE:
        raise Http404
    case = the_case(request, pk)
    row = _find_worker(request, case, worker_pk)
    context: dict[str, Any] = {"case": case, "worker": row, "name": name, "what": workers.PRIVATE[name]}
    try:
        with transaction.atomic():
            text = workers.reveal(row, name, request.POST.get("purpose", ""), request.user, timezone.now())
    except Forbidden:
        raise
    except Refused as refusal:
        context |= {"refused": refusal.message, "masked": getattr(row, f"masked_{name}")}
        return render(request, "arrears/workers/worker_secret.html", context, status=422)
    return render(request, "arrears/workers/worker_secret.html", context | {"text": text})


@post_action
def adopt(request: Request, pk: int) -> HttpResponse:
    """A draft takes its people and money from the list."""
    case = the_case(request, pk)
    if case.number is not None:
        raise Refused("已立案的案件以台账为准，请用“调整”。")
    owed = workers.totals(case.workers.listed().for_sums()).owed
    if owed.amount > MOST_MONEY:
        raise Refused("名单合计的欠薪金额过大，请先核对各人的金额单位是否为元。")
    facts = {"stated_workers": owed.workers, "stated_migrants": owed.migrants, "stated_amount": owed.amount}
    filing.edit(case, case.employer, facts, request.user, timezone.now(), seen=seen_in(request.POST))
    return redirect(case.section_url("workers"))
