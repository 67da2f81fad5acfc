"""The page of whatever waits for a second person: what is sealed · decide, or why not · what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator

from unions.approval_queue import after_decision, is_in_queue, tell_decided
from unions.approvals import Approval, ShownLine, changes, restored, waiting_for
from unions.common.form_fields import PlainForm, seen_in
from unions.common.formats import moment
from unions.common.refusals import Forbidden, Refused, Stale
from unions.form_drafts import forget
from unions.http import Request, post_action, read_page
from unions.models import User

Row = TypeVar("Row", bound=Any)
CleanedData = dict[str, Any]  # cleaned data of a form


class ApproverForm(PlainForm):
    """What the second person writes."""

    opinion = forms.CharField(label="意见", widget=forms.Textarea, max_length=2000, required=False)


@dataclass(frozen=True)
class HistoryLine:
    """One line of 经过: what, and who and when. `tone`: done, bad, or "" for what is still to come."""

    what: str
    details: tuple[str, ...] = ()
    tone: str = "done"


def _kept(approval: Approval[Row], row: Row) -> list[list[str]]:
    """The lines kept in the row: as they were when it was asked for, and from the approval on as approved."""
    return list(getattr(row, approval.kept[0])) if approval.kept else []


def asked_and_decided(
    approval: Approval[Row],
    row: Row,
    place: object = "",
    *,
    approved: str = "批准",
    declined: str = "未批准",
    waits: str = "待审批",
    opinion: bool = False,
) -> list[HistoryLine]:
    """Who asked, at which `place`; who decided (with her `opinion`), or who is to decide. Withdrawn is what nobody decided."""
    asker, asked_at = (getattr(row, name) for name in approval.asked)
    decider, at, text = [*(getattr(row, name) for name in approval.decided), ""][:3]
    lines = [HistoryLine("提出", (f"{asker.name} · {place}" if place else asker.name, moment(asked_at)))]
    if at is None:
        if getattr(row, approval.stage) == approval.waits:
            who = approval.why_nobody(row, timezone.localdate()) or f"{approval.unit_of(row)}的审批人"
            lines.append(HistoryLine(waits, (who,), ""))
    elif decider is None:
        lines.append(HistoryLine("撤回", (asker.name, moment(at)), "bad"))
    else:
        bad = getattr(row, approval.stage) == approval.declined.to
        above = getattr(row, approval.above) if approval.above else None
        who = f"{decider.name} · {above}（上级代为审批）" if above else decider.name
        words = (who, moment(at), text if opinion else "")
        lines.append(HistoryLine(declined if bad else approved, words, "bad" if bad else "done"))
    return lines


@dataclass(frozen=True)
class FurtherStep(Generic[Row]):
    """A step of the page beside the decision: its form, what it does, what is answered when it is done.

    `done`: a sentence, or a function of the row as it was before and of what was filled in. `beside`: the step in whose form its button stands. `kept_as`: the name under which what is typed is kept.
    `seen`: whether it wants the version the page was made from.
    """

    form: Callable[..., PlainForm]
    do: Callable[[Row, CleanedData, User, datetime], Any]
    done: str | Callable[[Row, CleanedData], str]
    beside: str = ""
    kept_as: str = ""
    seen: bool = False


def take_decision(approval: Approval[Row], step: str, row: Row, seal: str, opinion: str, by: User, at: datetime) -> str:
    """Approve, decline or withdraw, as `step` says; what the person reads then."""
    transition, named = approval.ways_out()[step], approval.named(row)
    if transition is approval.approved:
        row = approval.approve(row, by=by, at=at, seal=seal, opinion=opinion)
    elif approval.is_given_up:
        row = approval.give_up(row, by=by, at=at, opinion=opinion)
    elif transition is approval.declined:
        row = approval.decline(row, by=by, at=at, opinion=opinion)
    else:
        row = approval.withdraw(row, by=by, at=at, opinion=opinion)
    return f"{named}：{transition.done.format(row=row)}"


def decision(
    approval: Approval[Row],
    row: Row,
    lines: list[ShownLine],
    request: Request,
    now: datetime,
    address: Callable[[str], str],
) -> dict[str, Any]:
    """What approval_decide.html and approval_withdraw.html need. `address`: of a step by its name."""
    user = request.user
    withdraws = approval.withdrawn is not None and not approval.why_may_not_withdraw(row, user)
    return give_up(approval, row, user, now, address) | {
        "approval": approval,
        "in_queue": is_in_queue(request),
        "seal": approval.seal(row, now, lines),
        "why_not": approval.why_may_not_decide(row, user, now),
        "approve_at": address(approval.approved.name),
        "decline_at": address(approval.declined.name),
        "withdraw_at": address(approval.withdrawn.name) if withdraws and approval.withdrawn else "",
    }


def give_up(
    approval: Approval[Row], row: Row, user: User, now: datetime, address: Callable[[str], str]
) -> dict[str, Any]:
    """What approval_give_up.html needs."""
    if not approval.is_given_up or approval.why_may_not_give_up(row, user, now):
        return {}
    asked = approval.why_may_not_withdraw(row, user) is None
    button = approval.give_up_button if asked else ""
    return {"give_up_at": address(approval.declined.name), "give_up_button": button or approval.declined.button}


class ApprovalPage(Generic[Row]):
    """Two addresses: `show` for the row, `take` for each of its steps."""

    approvals: tuple[Approval[Row], ...]
    further: dict[str, FurtherStep[Row]] = {}
    template = "unions/approval.html"
    steps_at: str  # name of the address of a step: "oversight-step", or "escalation-{step}"
    sealed_title = "申请内容"
    opinion_form: Callable[..., PlainForm] = ApproverForm

    # What a page says of its rows ------------------------------------------------------------------------------------

    def find(self, request: Request, pk: int) -> Row:
        """The row with what its page names; 404 for strangers."""
        raise NotImplementedError

    def lines(self, row: Row, now: datetime) -> list[ShownLine]:
        """What is sealed now; what was, where it is kept, once that is decided."""
        waits = waiting_for(row, self.approvals)
        approval = waits or self.approvals[0]
        kept = restored(_kept(approval, row)) if waits is None else []
        return kept or approval.shown(row, now)

    def history(self, row: Row) -> list[HistoryLine]:
        """What happened, oldest first."""
        raise NotImplementedError

    def facts(self, row: Row, user: User, now: datetime) -> dict[str, Any]:
        """What its own template names."""
        return {}

    def address(self, row: Row, step: str) -> str:
        own = self.steps_at.format(step=step)  # where every step has an address of its own
        return reverse(own, args=[row.pk] if own != self.steps_at else [row.pk, step])

    def form(self, step: str, row: Row, data: Any = None, files: Any = None) -> PlainForm:
        """The form of a step; of every decision the same."""
        form = self.further[step].form if step in self.further else self.opinion_form
        return form(data, today=timezone.localdate())

    def goes_to(self, row: Row, user: User, step: str) -> Any:
        """Where the reader is sent after a step. `row`: as it was before."""
        return row

    def check_may(self, row: Row, step: str, user: User) -> None:
        """Raise Forbidden before the form of the step is looked at."""

    # Showing and taking steps ----------------------------------------------------------------------------------------

    @method_decorator(read_page)
    def show(self, request: Request, pk: int) -> HttpResponse:
        return self.answer(request, self.find(request, pk))

    @method_decorator(post_action)
    def take(self, request: Request, pk: int, step: str) -> HttpResponse:
        user = request.user
        row = self.find(request, pk)
        if step not in self.further and self._approval(row, step) is None:
            raise Http404
        self.check_may(row, step, user)
        form = self.form(step, row, request.POST, request.FILES)
        if not form.is_valid():
            return self.answer(request, row, step, form, status=422)
        try:
            done = self._do(step, row, form.cleaned_data, request.POST, user, timezone.now())
        except Forbidden:
            raise
        except Stale as stale:
            return self.answer(request, self.find(request, pk), step, form, status=409, stale=stale.message)
        except Refused as refusal:
            form.take(refusal.fields, refusal.message)
            return self.answer(request, self.find(request, pk), step, form, status=refusal.status)
        tell_decided(request, done)
        return after_decision(request, self.goes_to(row, user, step))

    def _approval(self, row: Row, step: str) -> Approval[Row] | None:
        """The approval one of whose ways out has this name; first of all the one for which the row waits."""
        waits = waiting_for(row, self.approvals)
        known = [one for one in self.approvals if step in one.ways_out()]
        return waits if waits in known else next(iter(known), None)

    def decide(self, step: str, row: Row, data: CleanedData, post: Any, by: User, at: datetime) -> str:
        """Approve, decline or withdraw; what the person reads then."""
        approval = self._approval(row, step)
        assert approval is not None
        return take_decision(approval, step, row, post.get("seal", ""), data["opinion"], by, at)

    def _do(self, step: str, row: Row, data: CleanedData, post: Any, by: User, at: datetime) -> str:
        if step not in self.further:
            return self.decide(step, row, data, post, by, at)
        further = self.further[step]
        further.do(row, data | ({"seen": seen_in(post)} if further.seen else {}), by, at)
        if further.kept_as:
            forget(by, f"{further.kept_as}:{row.pk}")
        return further.done.format(row=row) if isinstance(further.done, str) else further.done(row, data)

    def answer(
        self,
        request: Request,
        row: Row,
        step: str = "",
        refused: PlainForm | None = None,
        *,
        status: int = 200,
        stale: str = "",
    ) -> HttpResponse:
        """`refused`: the form of `step`, which shows its errors."""
        user, now = request.user, timezone.now()
        forms = {name: self.form(name, row) for name, one in self.further.items() if not one.beside}
        if refused is not None and step in self.further:
            forms[self.further[step].beside or step] = refused
        lines = self.lines(row, now)
        context: dict[str, Any] = {
            "row": row,
            "page": self,
            "stale": stale,
            "asked": step,
            "lines": lines,
            "history": self.history(row),
            "form": refused if refused is not None and step not in self.further else self.form("", row),
            "further": forms,
        }
        if approval := waiting_for(row, self.approvals):
            then = _kept(approval, row)
            context["changes"] = changes(then, lines) if then else []
            context |= decision(approval, row, lines, request, now, partial(self.address, row))
        elif approval := next((one for one in self.approvals if one.may_still_be_given_up(row)), None):
            context |= give_up(approval, row, user, now, partial(self.address, row))
        return render(request, self.template, context | self.facts(row, user, now), status=status)
