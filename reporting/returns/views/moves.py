"""The moves of a return from its page: sign, say zero, approve, receive, send back, amend."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone

from reporting.returns import actions
from reporting.returns.filling import form_of
from reporting.returns.forms import RefusedInput, ReturnMoveForm
from reporting.returns.models import Return
from reporting.returns.views.found import the_return
from reporting.returns.views.page import tried
from reporting.returns.views.words_box import form_draft_key
from unions.approval_queue import after_decision, is_in_queue, tell_decided
from unions.common.form_fields import seen_in
from unions.common.refusals import Refused
from unions.form_drafts import draft_of
from unions.http import Request, post_action

DONE = {
    "sign": "已签字，等待单位负责人审批。",
    "sign_zero": "已签字报零，等待单位负责人审批。",
    "withdraw": "已撤回签字，可以修改。",
    "decline": "已退回制表人。",
    "approve": "已审批，报表已报出。",
    "receive": "已接收。",
    "send_back": "已退回填报单位。",
    "amend": "已另立一版，请核对、签字后重新送审；原版在审批之前继续有效。",
    "drop_amendment": "已放弃更正，原版继续有效。",
}
UNSAVED = "文字说明里有还没有保存的内容。请先保存（或选择不要），再签字。"
UNWRITTEN = "文字说明还没有保存，不会随报表签字。请核实系统草拟的文字并保存，再签字；不需要文字的，清空后保存。"


@post_action
def move(request: Request, pk: int, name: str) -> HttpResponse:
    row, user = the_return(request, pk), request.user
    if name not in actions.MOVES:
        raise Http404
    form = ReturnMoveForm(request.POST, name=name, today=timezone.localdate())
    if not actions.may(row, actions.MOVES[name], user):
        actions.move(row, name, user, timezone.now(), seen=row.version, reason="—")  # says who may

    def do() -> None:
        if name in ("sign", "sign_zero") and draft_of(user, form_draft_key(row)):
            raise Refused(UNSAVED)
        if name == "sign" and row.in_hand and _only_drafted(row):
            raise Refused(UNWRITTEN)
        seal = request.POST.get("seal", "")
        actions.move(row, name, user, timezone.now(), seen=seen_in(request.POST), seal=seal, **form.cleaned_data)

    if answer := tried(request, row, form, RefusedInput(move=(name, form)), do):
        return answer
    tell_decided(request, f"{row}：{DONE[name]}" if is_in_queue(request) else DONE[name])
    return after_decision(request, row)


def _only_drafted(row: Return) -> bool:
    """Whether words stand on the page that nobody has saved: whoever signs believes that they go with the figures."""
    return any(one.draft and one.heading not in row.texts for one in form_of(row).sections)
