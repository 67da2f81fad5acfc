"""到账确认 on the side of the unit: printing slips, looking into what a worker contradicts."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from arrears.cases.views.found import the_case
from arrears.workers import confirmations
from arrears.workers import messages as texts
from arrears.workers.forms import FindingForm
from arrears.workers.models import ArrivalFinding, MessageKind, PaymentAnswer
from arrears.workers.views.paid import link_of_slip
from unions.common.attempt import attempt
from unions.http import Request, post_action
from unions.idempotency import taken_once


@post_action
@never_cache
def slips(request: Request, pk: int) -> HttpResponse:
    """One sheet of slips for everybody who has not confirmed: printed at once, their codes are seen once."""
    case = the_case(request, pk)
    made = confirmations.print_slips(case, request.user, timezone.now())
    unit = case.handling_union.in_charge()
    context = {
        "case": case,
        "unit": unit,
        "phone": unit.phone_contact(),
        "rows": [
            (new, segno.make(link_of_slip(new.slip), error="m", micro=False).svg_data_uri(scale=3)) for new in made
        ],
    }
    return render(request, "arrears/workers/slips.html", context)


@post_action
@taken_once
def send_messages(request: Request, pk: int, kind: str) -> HttpResponse:
    """Send 维权短信 or the link of 到账确认 to the workers of a case who agreed (SD-2.2d)."""
    case = the_case(request, pk)
    if kind not in MessageKind.values:
        raise Http404
    count = texts.send_to_all(case, MessageKind(kind), request.user, timezone.now())
    messages.success(request, f"已提交 {count} 条{MessageKind(kind).label}，由短信网关发出。")
    return redirect(case.section_url("workers"))


@post_action
@taken_once
def examine(request: Request, pk: int, answer_pk: int) -> HttpResponse:
    case = the_case(request, pk)
    answer = get_object_or_404(PaymentAnswer.objects.filter(payment__worker__case=case), pk=answer_pk)
    confirmations.check_right(case, request.user)
    form = FindingForm(request.POST, today=timezone.localdate())

    def keep(data: dict[str, Any]) -> PaymentAnswer:
        return confirmations.examine(
            answer, ArrivalFinding(data["finding"]), data["detail"], request.user, timezone.now()
        )

    done, _ = attempt(form, keep)
    if done is None:
        for sentences in form.errors.values():
            messages.error(request, "；".join(map(str, sentences)))
    elif done.finding == ArrivalFinding.UNPAID:
        messages.warning(
            request, "已登记：核实未到账。请冲正这一笔清偿，再按实际发放重新登记；已办结的，请先重新办理。"
        )
    else:
        messages.success(request, "已登记：核实已到账。审批办结时将一并显示。")
    return redirect(case.section_url("workers"))
