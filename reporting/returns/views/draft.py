"""Writing a draft: a figure corrected by hand with its reason, and the words beside the figures, saved as they are typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from reporting.returns import actions, editing
from reporting.returns.filling import fill, form_of, may_correct
from reporting.returns.forms import CorrectionForm, RefusedInput
from reporting.returns.models import Return
from reporting.returns.views.found import the_return
from reporting.returns.views.page import figure, show, tried
from reporting.returns.views.words_box import form_draft_key, may_write, words_form, words_in_this_layout
from unions.common.form_fields import seen_in
from unions.common.formats import clock
from unions.common.refusals import Forbidden, Refused, Stale
from unions.form_drafts import forget, keep
from unions.http import Request, form_page, post_action
from unions.models import User

OTHER_LAYOUT = "您打开页面之后本表换了格式，没有保存。您写的内容都在下面，请按新格式核对后再保存。"
NOT_YOURS = "报表由填报单位的统计员填写，您的任职不包含这一步。"


def draft_of(request: Request, pk: int) -> tuple[Return, User]:
    """404 for strangers, 403 for colleagues without the right, 409 once it is out of hand."""
    row, user = the_return(request, pk), request.user
    if not actions.may(row, actions.MOVES["sign"], user):
        raise Forbidden(NOT_YOURS)
    return row, user


# ---- one figure -----------------------------------------------------------------------------------------------------------


@form_page
def correct(request: Request, pk: int) -> HttpResponse:
    """The small form of one figure; posted, the figure stands corrected (or as the books say again)."""
    row, user = draft_of(request, pk)
    place = request.POST if request.method == "POST" else request.GET
    at = _place(place)
    if at is None:
        raise Http404
    if not may_write(row, user):
        raise Stale("这份报表已经签字，不能再改；如要修改，请先撤回签字或提出更正。")
    if row.compiles or not may_correct(form_of(row), *at):
        raise Refused("这一格由台账汇总得出，不能手工修改；请在相应案件的台账中更正。")
    if request.method != "POST":
        form = CorrectionForm(initial=_now(row, *at), today=timezone.localdate())
        if request.headers.get("HX-Request"):
            return render(request, "reporting/returns/return_correct.html", figure(row, form, *at))
        return show(request, row, RefusedInput(correction=(form, *at)))
    return _correct(request, row, user, *at)


def _place(data: QueryDict) -> tuple[int, int] | None:
    texts = [data.get(name, "") for name in ("row", "column")]
    if not all(text.isascii() and text.isdigit() and len(text) < 4 for text in texts):
        return None
    return int(texts[0]), int(texts[1])


def _now(row: Return, r: int, c: int) -> dict[str, Any]:
    one = row.corrections.filter(version=None, row=r, column=c).first()
    if one is None:
        return {}
    whole = one.given == one.given.to_integral_value()
    return {"given": f"{one.given:.0f}" if whole else str(one.given), "reason": one.reason}


def _correct(request: Request, row: Return, user: User, r: int, c: int) -> HttpResponse:
    if request.POST.get("layout", form_of(row).digest) != form_of(row).digest:
        names = (("given", "填报数"), ("reason", "理由"))
        return show(
            request,
            row,
            RefusedInput(stale=OTHER_LAYOUT, gone=[(said, request.POST.get(name, "")) for name, said in names]),
            409,
        )
    form = CorrectionForm(request.POST, today=timezone.localdate())
    back = "back" in request.POST  # to what the ledger says

    def do() -> None:
        given = form.cleaned_data["given"]
        if back:
            given = str(fill(row, timezone.localdate()).computed[r][c])
        reason = form.cleaned_data["reason"]
        editing.correct(row, r, c, given, reason, user, timezone.now(), seen=seen_in(request.POST))

    if answer := tried(request, row, form, RefusedInput(correction=(form, r, c)), do):
        return answer
    messages.success(request, "已按您填的数改，报表上有标记。" if not back else "已恢复台账数。")
    return redirect(row)


# ---- words ------------------------------------------------------------------------------------------------------------------


@post_action
def words(request: Request, pk: int) -> HttpResponse:
    row, user = draft_of(request, pk)
    other = words_in_this_layout(row, request.POST)
    if other is not None:
        return show(request, row, RefusedInput(words=words_form(row, other), stale=OTHER_LAYOUT), 409)
    form = words_form(row, request.POST)
    if not form.is_valid():
        return show(request, row, RefusedInput(words=form), 422)
    try:
        with transaction.atomic():
            _write(row, form.words(), user, seen_in(request.POST))
            forget(user, form_draft_key(row))
    except Stale as refusal:
        row = the_return(request, pk)
        return show(request, row, RefusedInput(words=form, stale=refusal.message), 409)
    messages.success(request, "文字说明已保存。")
    return redirect(row)


def _write(row: Return, said: dict[str, str], user: User, seen: int) -> None:
    """Every heading whose words changed. Nothing changed: a stale page is refused all the same."""
    if seen != row.version or not row.in_hand:
        raise Stale("您打开页面之后这份报表有了变动。您写的内容都在下面，请核对后再保存。")
    begun = {one.heading for one in form_of(row).sections if one.draft}
    for heading, text in said.items():
        # Emptied, a heading that begins with a draft stays empty: that too is the unit's own word.
        if text != row.texts.get(heading, "") or (heading in begun and heading not in row.texts):
            row = editing.write_text(row, heading, text, user, timezone.now(), seen=row.version)


@post_action
def autosave(request: Request, pk: int) -> HttpResponse:
    """Keep what is typed as it is; with `forget` in it, throw the kept text away."""
    row, user = draft_of(request, pk)
    if "forget" in request.POST:
        forget(user, form_draft_key(row))
        return redirect(row)
    at = timezone.now()
    keep(user, form_draft_key(row), request.POST, [*words_form(row).fields, "layout"], at)
    return JsonResponse({"saved_at": clock(at)})
