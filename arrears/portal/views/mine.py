"""A worker's own letter, by its number and PIN: how it stands, answering, adding, asking to withdraw."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from arrears.portal import limits, progress, receipts
from arrears.portal.actions import worker as writing
from arrears.portal.forms import AddForm, EnterForm
from arrears.portal.models import WindowLetter
from arrears.portal.views.public import open_to_all
from unions.common import visits
from unions.common.client_address import client_address
from unions.common.features import provided
from unions.common.receipts import digits
from unions.common.refusals import Refused

KEY = "window"
NOT_FOUND = "编号或查询密码不对，请对照收信回执再输一次。密码丢了的，请打经办工会的电话。"


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_all
def enter(request: HttpRequest) -> HttpResponse:
    form = EnterForm(request.POST or None, today=timezone.localdate())
    if request.method != "POST":
        return render(request, "arrears/portal/enter.html", {"form": form, "late": "late" in request.GET})
    if not form.is_valid():
        return render(request, "arrears/portal/enter.html", {"form": form}, status=422)
    now, number = timezone.now(), digits(form.cleaned_data["number"])
    try:
        limits.check(limits.LOOKUPS, client_address(request), now)
        limits.check(limits.ONE_NUMBER, number, now)
    except limits.TooMany as refusal:
        form.add_error(None, refusal.message)
        answer = render(request, "arrears/portal/enter.html", {"form": form}, status=refusal.status)
        answer["Retry-After"] = "3600"
        return answer
    letter = receipts.find(number, form.cleaned_data["pin"])
    if letter is not None:
        writing.mark_opened(letter, now)
        visits.let_in(request, KEY, letter.pk, now)
        return redirect("window-mine")
    for open_receipt in provided("window receipts"):
        if url := open_receipt(request, number, digits(form.cleaned_data["pin"]), now):
            return redirect(url)
    form.add_error(None, NOT_FOUND)
    return render(request, "arrears/portal/enter.html", {"form": form}, status=422)


def _mine(request: HttpRequest) -> WindowLetter | None:
    """The letter this browser was let in to, for half an hour after it was last used."""
    pk = visits.visited(request, KEY, timezone.now())
    rows = WindowLetter.objects.select_related("case__handling_union", "union")
    return rows.filter(pk=pk).first() if pk else None


@require_http_methods(["GET", "HEAD"])
@open_to_all
def mine(request: HttpRequest) -> HttpResponse:
    letter = _mine(request)
    if letter is None:
        return _late()
    return _page(request, letter, AddForm(today=timezone.localdate()))


def _page(request: HttpRequest, letter: WindowLetter, form: AddForm, status: int = 200) -> HttpResponse:
    stands, means = progress.headline(letter)
    context = {
        "letter": letter,
        "stands": stands,
        "means": means,
        "lines": progress.lines(letter),
        "question": writing.open_question(letter),
        "form": form,
        "papers": letter.papers.count(),
        "unit": letter.responsible_unit,
        "phone": letter.responsible_unit.phone_contact(),
        "paid_urls": [url for link in provided("window links") if (url := link(letter.worker_id))],
        "paper_mb": writing.PAPER_BYTES // 2**20,
    }
    return render(request, "arrears/portal/mine.html", context, status=status)


@require_POST
@open_to_all
def step(request: HttpRequest, name: str) -> HttpResponse:
    """`name`: more, phone, withdraw or leave."""
    if name not in ("more", "phone", "withdraw", "leave"):
        raise Http404
    letter, now = _mine(request), timezone.now()
    if letter is None:
        return _late()
    if name == "leave":
        visits.leave(request)
        return redirect("window")
    form = AddForm(request.POST, request.FILES, today=timezone.localdate())
    try:
        limits.check(limits.ADDITIONS, str(letter.pk), now)
        return _done(request, letter, name, form, now)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, letter, form, refusal.status)


def _done(request: HttpRequest, letter: WindowLetter, name: str, form: AddForm, now: datetime) -> HttpResponse:
    if name == "withdraw":
        writing.ask_withdrawal(letter, str(request.POST.get("reason", ""))[:500], now)
        messages.success(request, "已收到您的撤回要求。工会会打电话向您核实，核实之前照常办理。")
        return redirect("window-mine")
    if name == "phone":
        writing.save_phone(letter, str(request.POST.get("phone", "")), now)
        messages.success(request, "电话已保存，只有经办工会的工作人员能看到。")
        return redirect("window-mine")
    if not form.is_valid():
        return _page(request, letter, form, 422)
    refused = writing.add_message(letter, form.cleaned_data["text"], form.cleaned_data["papers"], now)
    for sentence in refused:
        messages.warning(request, sentence)
    if len(refused) < len(form.cleaned_data["papers"]) or form.cleaned_data["text"].strip():
        messages.success(request, "已经送到经办工会。")
    return redirect("window-mine")


def _late() -> HttpResponse:
    """Half an hour without a word: the number and PIN are asked for again."""
    return redirect(f"{reverse('window-enter')}?late")
