"""What the unit above does with what came in: receive one or all, send one back, ask those who have not sent."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from reporting.returns import actions, urging
from reporting.returns.collection import ReturnCollection
from reporting.returns.forms import ReturnMoveForm
from reporting.returns.models import Return
from reporting.returns.views.collection_notes import ReceivingResult
from reporting.returns.views.collections import addresses, show, units_of
from reporting.returns.views.found import the_collection
from unions.common.form_fields import seen_in
from unions.common.refusals import Forbidden, Refused, Stale
from unions.http import Request, form_page, post_action
from unions.models import User

NOTHING_TO_RECEIVE = "没有选定要接收的报表；可能已由他人接收，请看最新情况。"
NOBODY_TO_URGE = "没有催报：这些单位已经报出、视为零报告或免报，或一小时内已经催过。"


def _page(request: Request, found: ReturnCollection) -> str:
    units = units_of(request)
    return addresses(found)["collection"] + (f"?{urlencode({'units': units})}" if units else "")


# ---- receiving -------------------------------------------------------------------------------------------------------------


@post_action
def receive(request: Request, code: str, rulebook: str, rule: str, period: str) -> HttpResponse:
    """Each row as it was shown (`row`: id and version), one by one: what one refuses stops no other."""
    found, user = the_collection(request, code, rulebook, rule, period), request.user
    if not actions.may(found.one, actions.MOVES["receive"], user):
        raise Forbidden(f"接收报表须由“{found.receiver.in_charge()}”的统计员或经办人办理，您的任职不包含这一步。")
    wanted = _wanted(request, found)
    done = ReceivingResult("接收")
    for row, seen in wanted:
        _receive(row, seen, user, done)
    again = the_collection(request, code, rulebook, rule, period)
    if not wanted:
        return show(request, again, 409, stale=NOTHING_TO_RECEIVE)
    if done.refused:
        return show(request, again, 200 if done.done else 409, done=done)
    messages.success(request, f"已接收 {len(done.done)} 个单位的报表。")
    return redirect(_page(request, found))


def _receive(row: Return, seen: int, user: User, done: ReceivingResult) -> None:
    try:
        actions.move(row, "receive", user, timezone.now(), seen=seen)
    except Refused as refusal:
        done.refused.append((row, refusal.message))
    else:
        done.done.append(row)


def _wanted(request: Request, found: ReturnCollection) -> list[tuple[Return, int]]:
    """Which returns, each with the version seen: all that the page listed, or the `only` one whose button was pressed."""
    rows, only = {row.pk: row for row in found.rows}, request.POST.get("only", "")
    wanted = []
    for text in request.POST.getlist("row"):
        pk, _, seen = text.partition("-")
        if not (_is_number(pk) and _is_number(seen)) or int(pk) not in rows:
            raise Http404
        if only in ("", pk):
            wanted.append((rows[int(pk)], int(seen)))
    return wanted


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


# ---- sending one back --------------------------------------------------------------------------------------------------------


@form_page
def send_back(request: Request, code: str, rulebook: str, rule: str, period: str, pk: int) -> HttpResponse:
    """The small form of one unit with the reason; its neighbours are not touched."""
    found, user = the_collection(request, code, rulebook, rule, period), request.user
    row = next((row for row in found.rows if row.pk == pk), None)
    if row is None:
        raise Http404
    move = actions.MOVES["send_back"]
    if not actions.may(row, move, user):
        raise Forbidden(f"退回报表须由“{found.receiver.in_charge()}”的统计员或经办人办理，您的任职不包含这一步。")
    if request.method == "POST":
        return _send_back(request, found, row, user)
    if row.stage not in move.starts:
        raise Stale(f"“{row.union}”的报表现在是“{row.get_stage_display()}”，不能退回。请刷新页面。")
    form = ReturnMoveForm(name="send_back", today=timezone.localdate())
    if request.headers.get("HX-Request"):
        urls = addresses(found)
        return render(
            request,
            "reporting/returns/collection_send_back.html",
            {"back": form, "row": row, "urls": urls, "found": found, "units": units_of(request)},
        )
    return show(request, found, back=form, row=row)


def _send_back(request: Request, found: ReturnCollection, row: Return, user: User) -> HttpResponse:
    form = ReturnMoveForm(request.POST, name="send_back", today=timezone.localdate())
    if not form.is_valid():
        return show(request, found, 422, back=form, row=row)
    try:
        actions.move(row, "send_back", user, timezone.now(), seen=seen_in(request.POST), **form.cleaned_data)
    except Forbidden:
        raise
    except Refused as refusal:
        key = (found.receiver.code, found.rulebook, found.rule, found.period)
        again = the_collection(request, *key)
        now = next(one for one in again.rows if one.pk == row.pk)
        said: dict[str, Any] = {"stale": refusal.message} if isinstance(refusal, Stale) else {}
        if not said:
            form.take(refusal.fields, refusal.message)
        return show(request, again, refusal.status, back=form, row=now, **said)
    messages.success(request, f"已退回“{row.union}”的报表，其他单位不受影响。")
    return redirect(_page(request, found))


# ---- asking ------------------------------------------------------------------------------------------------------------------


@post_action
def urge(request: Request, code: str, rulebook: str, rule: str, period: str) -> HttpResponse:
    """Ask everyone the page listed as missing (`missing`: ids), or the one whose button was pressed (`urge`)."""
    found, user = the_collection(request, code, rulebook, rule, period), request.user
    if not urging.may_urge(found.one, user):
        raise Forbidden(f"催报须由“{found.receiver.in_charge()}”的统计员或经办人办理，您的任职不包含这一步。")
    rows, one = {str(row.pk): row for row in found.rows}, request.POST.get("urge", "")
    ids = [one] if one else request.POST.getlist("missing")
    if any(pk not in rows for pk in ids):
        raise Http404
    asked = urging.urge([rows[pk] for pk in ids], user, timezone.now())
    if not asked:
        return show(request, found, 409, stale=NOBODY_TO_URGE)
    passed = len(ids) - asked
    already = f"另有 {passed} 个单位已经报出或一小时内已经催过。" if passed else ""
    messages.success(request, f"已向 {asked} 个单位催报，提醒已发给制表人和单位负责人。{already}")
    return redirect(_page(request, found))
