"""Recording what each worker on the list received: one form, one entry of the ledger."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from arrears.cases import ledger
from arrears.cases.models import Case, LedgerEntry
from arrears.cases.views.found import the_case, unchanged
from arrears.workers import payments as worker_payments
from arrears.workers.forms import AmountsForm, PaymentForm
from arrears.workers.payments import Payment
from unions.common.form_fields import seen_in
from unions.common.refusals import Forbidden, Refused
from unions.http import Request, form_page
from unions.models import User

SHOWN = 1000  # unpaid workers at a time


@form_page
@never_cache
def pay(request: Request, pk: int) -> HttpResponse:
    """A new payment, or with `entry` the people whom one in the ledger reached."""
    case, user = the_case(request, pk), request.user
    ledger.check_right(case, user)
    unpaid = _unpaid(case)
    today = timezone.localdate()
    if request.method != "POST":
        fill = {f"worker-{row.pk}": row.owed - row.paid for row in unpaid} if "fill" in request.GET else {}
        return _show(
            request,
            case,
            unpaid,
            PaymentForm(initial={"on": today}, today=today),
            AmountsForm(initial=fill, workers=unpaid, today=today),
        )
    entry = _entry(case, request.POST.get("entry", ""))
    form = PaymentForm(request.POST, request.FILES, today=today)
    amounts = AmountsForm(request.POST, workers=unpaid, today=today)
    if entry is not None:
        form.fields["on"].required = False
    if not (form.is_valid() & amounts.is_valid()):
        return _show(request, case, unpaid, form, amounts, status=422)
    try:
        with unchanged(case, seen_in(request.POST)):
            _record(case, entry, form, amounts, user)
    except Forbidden:
        raise
    except Refused as refusal:
        _show_refusal(amounts, form, refusal)
        return _show(request, the_case(request, pk), unpaid, form, amounts, status=refusal.status)
    messages.success(request, f"已登记 {len(amounts.amounts())} 人的清偿，台账同时更新。")
    return redirect(case.section_url("workers"))


def _unpaid(case: Case) -> list[Any]:
    return list(case.workers.listed().unpaid().order_by("pk")[:SHOWN])


def _entry(case: Case, text: str) -> LedgerEntry | None:
    open_entries = {str(entry.pk): entry for entry in worker_payments.unallocated(case)} if text else {}
    if text and text not in open_entries:
        raise Refused("所选的台账条目已冲正或已全部分到人，请刷新页面。")
    return open_entries.get(text)


def _record(case: Case, entry: LedgerEntry | None, form: PaymentForm, amounts: AmountsForm, user: User) -> None:
    at, data = timezone.now(), form.cleaned_data
    if entry is not None:
        worker_payments.allocate(case, entry, amounts.amounts(), user, at)
        return
    payment = Payment(data["on"], data["source"], data["slip"])
    worker_payments.pay(case, amounts.amounts(), payment, user, at)


def _show_refusal(amounts: AmountsForm, form: PaymentForm, refusal: Refused) -> None:
    """Put the refusal beside the amounts or fields it names, else above the form."""
    of_amounts = {name: text for name, text in refusal.fields.items() if name in amounts.fields}
    if of_amounts:
        amounts.take(of_amounts, "")
        form.add_error(None, refusal.message)
    else:
        form.take(refusal.fields, refusal.message)


def _show(
    request: Request, case: Case, unpaid: list[Any], form: PaymentForm, amounts: AmountsForm, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "amounts": amounts,
        "rows": [(row, row.owed - row.paid, amounts[f"worker-{row.pk}"]) for row in unpaid],
        "entries": worker_payments.unallocated(case).items(),
        "chosen": request.POST.get("entry", ""),
        "more": case.workers.listed().count() > SHOWN and len(unpaid) == SHOWN,
        "left": sum((row.owed - row.paid for row in unpaid), 0),
    }
    return render(request, "arrears/workers/worker_pay.html", context, status=status)
