"""到账确认 in the worker's window: her own payments, by the number and code of her slip or by a link of hers. No account."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from arrears.cases.models.case import UNFINISHED
from arrears.workers import confirmations
from arrears.workers import messages as texts
from arrears.workers.forms import ArrivalAnswerForm
from arrears.workers.models import ArrivalAnswer, PaymentSlip, Worker
from unions.common import visits
from unions.common.attempt import attempt

KEY = "paid"
OF_SLIP, OF_WORKER = "arrears.workers.slip-link", "arrears.workers.worker-link"
# A link from her own letter is followed at once; that of a slip lies in a pocket.
AT_ONCE, IN_A_POCKET = timedelta(minutes=30), timedelta(days=365)
NO_LINK = "这个链接已失效。请用确认单上的编号和密码查询，或联系经办工会。"


def link_of_slip(slip: PaymentSlip) -> str:
    """The address in the QR code of a slip."""
    return f"{settings.SITE_URL}{reverse('window-paid-link', args=[signing.dumps(slip.number, salt=OF_SLIP)])}"


def link_of_worker(worker: int | None) -> str:
    """The address for whoever is known to be this worker of a list; "" where nothing was paid to her yet."""
    found = Worker.objects.listed().filter(pk=worker).first() if worker else None
    if found is None or not confirmations.asked_payments(found):
        return ""
    return reverse("window-paid-link", args=[signing.dumps(found.pk, salt=OF_WORKER)])


def open_slip(request: HttpRequest, number: str, code: str, now: datetime) -> str:
    """Let in whoever knows the number and code of a valid slip. Returns where she goes; "" for anybody else."""
    slip = confirmations.find_slip(number, code)
    if slip is None:
        return ""
    visits.let_in(request, KEY, slip.worker_id, now)
    return reverse("window-paid")


@require_safe
@never_cache
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """A link on a slip, in a message to her or in her letter."""
    worker = _worker_of(token)
    if worker is None:
        return render(request, "arrears/workers/paid_link.html", {"why": NO_LINK}, status=404)
    visits.let_in(request, KEY, worker, timezone.now())
    return redirect("window-paid")


def _worker_of(token: str) -> int | None:
    try:
        number = signing.loads(token, salt=OF_SLIP, max_age=IN_A_POCKET)
    except signing.BadSignature:
        try:
            return int(signing.loads(token, salt=OF_WORKER, max_age=AT_ONCE))
        except signing.BadSignature:
            return texts.worker_of(token)
    return PaymentSlip.objects.filter(number=number, valid=True).values_list("worker_id", flat=True).first()


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def paid(request: HttpRequest) -> HttpResponse:
    """Her payments, and an answer to one of them (`payment`)."""
    now = timezone.now()
    key = visits.visited(request, KEY, now)
    worker = Worker.objects.listed().filter(pk=key).first() if key else None
    if worker is None:
        return redirect(f"{reverse('window-enter')}?late")
    if request.method != "POST":
        return _show(request, worker)
    if "leave" in request.POST:
        visits.leave(request)
        return redirect("window")
    pk = str(request.POST.get("payment", ""))
    payment = get_object_or_404(worker.payments, pk=pk if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0)
    form = _form(payment.pk, request.POST)

    def keep(data: dict[str, Any]) -> Any:
        return confirmations.give_answer(payment, ArrivalAnswer(data["answer"]), data["received"], data["words"], now)

    answer, status = attempt(form, keep)
    if answer is None:
        return _show(request, worker, (payment.pk, form), status)
    if answer.answer == ArrivalAnswer.RECEIVED:
        said = "已记下，感谢确认。"
    elif worker.case.state in UNFINISHED:
        said = "已通知经办工会核实，核实之前本案不会办结。"
    else:
        said = "已通知经办工会核实。本案已办结，核实属实的将重新办理。"
    messages.success(request, said)
    return redirect("window-paid")


def _form(payment: int, data: Any = None) -> ArrivalAnswerForm:
    return ArrivalAnswerForm(data, auto_id=f"id_{payment}_%s", today=timezone.localdate())


def _show(
    request: HttpRequest, worker: Worker, tried: tuple[int, ArrivalAnswerForm] | None = None, status: int = 200
) -> HttpResponse:
    """`tried`: the payment whose form was refused, shown with what was typed."""
    rows = []
    for asked in confirmations.asked_payments(worker):
        form = tried[1] if tried and tried[0] == asked.payment.pk else _form(asked.payment.pk)
        rows.append((asked, form, bool(tried and tried[0] == asked.payment.pk)))
    unit = worker.case.handling_union.in_charge()
    context = {
        "worker": worker,
        "finished": worker.case.state not in UNFINISHED,
        "employer": worker.case.employer.name,
        "rows": rows,
        "unit": unit,
        "phone": unit.phone_contact(),
    }
    return render(request, "arrears/workers/paid.html", context, status=status)
