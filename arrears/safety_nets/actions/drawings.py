"""Drawings, 动用: asked by one person, approved by another, posted to net and case in one transaction.

An advance out of a fund or of other money is posted with the approval. Out of a deposit the approval issues the 支付通知书, and
the entries follow when the bank has paid; where it has paid already when asked, with the approval too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from arrears.cases import ledger
from arrears.cases.models import Case, Fund, State
from arrears.cases.models.case import immediate
from arrears.cases.second_person import at_work, excluded_from, record_on_case
from arrears.cases.signals import is_idle
from arrears.reminders.approvals import remind_approvers
from arrears.safety_nets import net_ledger, rules
from arrears.safety_nets.models import Drawing, DrawingKind, DrawingStage, NetEntryKind, SafetyNet
from arrears.safety_nets.rules import AdvanceWish, Outgo
from unions.approvals import Approval, ApprovalList, ExcludedPeople, FieldValues, ShownLine, Transition, stored
from unions.common.clock import day_of
from unions.common.formats import day, yuan_unit
from unions.common.refusals import Forbidden, Refused, Stale
from unions.models import Union, User, acts_at
from unions.people.holders import ids_of
from unions.people.rights import Right, holders_of

S = DrawingStage
K = DrawingKind
POSTED_AS = {K.RETURN: NetEntryKind.RETURNED, K.GIVE_BACK: NetEntryKind.GIVEN_BACK, K.ADJUST: NetEntryKind.ADJUSTED}


# ---- asking -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_advance(case: Case, wish: AdvanceWish, by: User, at: datetime, *, seen: int | None = None) -> Drawing:
    """Ask for wages of `case` to be advanced. Stale: the case changed since version `seen`."""
    case = ledger.lock(case)
    if seen is not None and case.version != seen:
        raise Stale("您打开页面之后案件有了变动（也可能是重复提交），请查看最新内容；确需办理的，请再提交一次。")
    if not rules.may_ask(case, by):
        raise Forbidden(
            f"垫付由承办单位“{case.handling_union.in_charge()}”的{holders_of(Right.FILE, Right.HANDLE)}提出。"
        )
    net = net_ledger.lock(wish.net) if wish.net is not None else None
    rules.check_advance(case, net, wish, ledger.balance(case).outstanding, day_of(at))
    row = Drawing.objects.create(
        kind=K.ADVANCE, case=case, requested_by=by, requested_at=at, **(vars(wish) | {"net": net})
    )
    APPROVAL.record(row, "drawing.ask", by, at, row.reason)
    APPROVAL.tell_if_nobody(row, at)
    return row


@transaction.atomic
def ask_outgo(net: SafetyNet, outgo: Outgo, by: User, at: datetime, *, seen: int | None = None) -> Drawing:
    """Ask for 返还, 退回, 调减, or the 冲正 of an entry of the net."""
    locked = net_ledger.lock(net, seen)
    net_ledger.check_keeper(locked, by)
    facts = rules.outgo_fields(locked, outgo, day_of(at))
    row = Drawing.objects.create(net=locked, requested_by=by, requested_at=at, **facts)
    APPROVAL.record(row, "drawing.ask", by, at, row.reason)
    APPROVAL.tell_if_nobody(row, at)
    return row


# ---- what two people agree to -------------------------------------------------------------------------------------------


class DrawingApproval(Approval[Drawing]):
    """Approval of money leaving a fund, a deposit or another source."""

    model = Drawing
    urgent = immediate("case__")
    listed = ApprovalList(
        "drawing",
        "垫付和支出",
        ("net__union", "requested_by"),
        "arrears/safety_nets/approval_row.html",
        full_list="nets-todo",
        sections=("safety-nets",),
    )
    changed = "案件或资金在您查看之后有了变动，请重新查看后审批。"
    waits = S.REQUESTED
    approved = Transition(S.DONE, "drawing.approve", "批准", "已批准。")
    declined = Transition(S.DECLINED, "drawing.decline", "不批准", "已退回提出人。")
    withdrawn = Transition(S.WITHDRAWN, "drawing.withdraw", "撤回", "已撤回。")
    kept = ("shown", "shown_hash")
    parts = ("requested_by", "cancels__drawing")

    def unit_of(self, row: Drawing) -> Union:
        """The keeper of the net, or the handling unit where other money pays."""
        if row.net is not None:
            return row.net.union.in_charge()
        assert row.case is not None
        return row.case.handling_union.in_charge()

    def unit_id(self) -> Any:
        return Coalesce("net__union", "case__handling_union")

    def awaiting(self, user: User) -> QuerySet[Drawing]:
        paths = user.paths(self.right)
        by_case = Q(net=None) & acts_at(paths, "case__handling_union")
        return self.waiting_rows().filter(acts_at(paths, "net__union") | by_case)

    def shown(self, row: Drawing, at: datetime) -> list[ShownLine]:
        return [*_case_lines(row), *_net_lines(row), *_drawing_lines(row)]

    def excluded_people(self, row: Drawing) -> Iterator[ExcludedPeople]:
        if row.case is not None:
            yield excluded_from(row.case, row.requested_by_id, row.requested_at)
        else:
            yield from super().excluded_people(row)

    def excluded_ids(self) -> Any:
        return ids_of(self.asker(), *at_work("case"))

    def lock(self, row: Drawing) -> Drawing:
        """Lock the case, the net and the row, in this order."""
        case = ledger.lock(row.case) if row.case is not None else None
        net = net_ledger.lock(row.net) if row.net is not None else None
        row = super().lock(row)
        row.case, row.net = case, net
        return row

    def before_approve(self, row: Drawing, by: User, at: datetime) -> FieldValues:
        """An advance out of a deposit waits for the bank, anything else is done at once."""
        if row.net is not None and rules.takes_money_out(row):
            rules.check_available(row.net, row.amount, row)
        if row.kind == K.ADVANCE:
            rules.check_still_owed(row)
        waits_for_bank = row.kind == K.ADVANCE and row.paid_on is None
        return {"stage": S.ISSUED} if waits_for_bank else {}

    def after_approve(self, row: Drawing, by: User, at: datetime) -> None:
        if row.stage == S.DONE:
            _post(row, at)

    def before_decline(self, row: Drawing, by: User, at: datetime, opinion: str) -> FieldValues:
        return {"shown": stored(self.shown(row, at))}

    def record(self, row: Drawing, verb: str, by: User, at: datetime, reason: str) -> None:
        """Write the event of the case, of the net, or of both."""
        facts = {"drawing": row.pk, "kind": row.kind, "amount": Decimal(row.amount), "reason": reason}
        if row.net is not None:
            net_ledger.record(row.net, verb, by, at, **facts)
        if row.case is not None:
            record_on_case(row.case, verb, by, at, self.unit_of(row), **facts)
        remind_of_drawing(row, at)


def _case_lines(row: Drawing) -> list[ShownLine]:
    if row.case is None:
        return []
    sums = ledger.balance(row.case)
    left = sums.outstanding
    return [
        ShownLine("案件", f"{row.case} {row.case.employer.name}"),
        ShownLine("案件状态", State(row.case.state).label),
        ShownLine("欠薪", f"{sums.owed.workers} 人，{yuan_unit(sums.owed.amount)}"),
        ShownLine("尚未解决", f"{left.workers} 人，{yuan_unit(left.amount)}"),
    ]


def _net_lines(row: Drawing) -> list[ShownLine]:
    if row.net is None:
        return [ShownLine("资金来源", row.purse)]
    return [
        ShownLine("资金来源", row.purse),
        ShownLine("管理单位", str(row.net.union)),
        ShownLine("账面余额", yuan_unit(net_ledger.balance(row.net))),
        ShownLine("已开通知书、银行未付", yuan_unit(net_ledger.promised(row.net, row))),
    ]


def _drawing_lines(row: Drawing) -> list[ShownLine]:
    lines = [ShownLine("事项", row.get_kind_display())]
    if row.cancels is not None:
        lines.append(
            ShownLine("冲正", f"{row.cancels.on} {row.cancels.get_kind_display()} {yuan_unit(row.cancels.amount)}")
        )
    if row.kind == K.ADVANCE:
        lines.append(ShownLine("垫付人数", f"{row.workers} 人，其中农民工 {row.migrants} 人"))
    lines.append(ShownLine("金额", yuan_unit(row.amount)))
    if row.notice_on:
        lines.append(ShownLine("支付通知书日期", day(row.notice_on)))
    if row.paid_on:
        lines.append(ShownLine("支付日期", day(row.paid_on)))
    return [*lines, ShownLine("依据", row.reason)]


APPROVAL = DrawingApproval()
approve, decline, withdraw = APPROVAL.approve, APPROVAL.decline, APPROVAL.withdraw


def remind_of_drawing(drawing: Drawing, at: datetime) -> None:
    """Remind approvers of a drawing that waits; nothing within idle(remind_of_drawing)."""
    if drawing.stage != S.REQUESTED or is_idle(remind_of_drawing):
        return
    unit, url = APPROVAL.unit_of(drawing).pk, drawing.get_absolute_url()
    title = f"{drawing.get_kind_display()}待审批" + (f"：案件 {drawing.case.number}" if drawing.case else "")
    remind_approvers(unit, f"approve-drawing:{drawing.pk}", title, url, drawing, APPROVAL.why_may_not_decide, at)


# ---- after it was approved ----------------------------------------------------------------------------------------------


@transaction.atomic
def record_bank_payment(row: Drawing, on: date, by: User, at: datetime) -> Drawing:
    """Record that the bank paid; posted to both ledgers as of `on`."""
    row = APPROVAL.hold(row, S.ISSUED)
    _check_may_record_payment(row, by)
    assert row.notice_on is not None
    if on < row.notice_on:
        raise Refused(
            f"支付日期不能早于支付通知书日期 {row.notice_on}。", {"on": f"不能早于支付通知书日期 {row.notice_on}。"}
        )
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    APPROVAL.move(row, S.DONE, paid_on=on)
    APPROVAL.record(row, "drawing.paid", by, at, "")
    _post(row, at)
    return row


@transaction.atomic
def revoke_notice(row: Drawing, reason: str, by: User, at: datetime) -> Drawing:
    """Revoke the payment notice: the employer paid, or the bank refused."""
    row = APPROVAL.hold(row, S.ISSUED)
    _check_may_record_payment(row, by)
    APPROVAL.move(row, S.REVOKED, decision=APPROVAL.reason_given(reason))
    APPROVAL.record(row, "drawing.revoke", by, at, row.decision)
    return row


def may_record_payment(row: Drawing, user: User) -> bool:
    """Whether `user` records what the bank did: an officer of the case's unit, or the keeper of the deposit."""
    assert row.case is not None and row.net is not None
    return user.may(Right.HANDLE, row.case.handling_union.in_charge()) or net_ledger.may_keep(row.net, user)


def _check_may_record_payment(row: Drawing, by: User) -> None:
    if not may_record_payment(row, by):
        raise Forbidden(f"银行支付情况由承办单位或“{APPROVAL.unit_of(row)}”的{holders_of(Right.HANDLE)}登记。")


# ---- posting ------------------------------------------------------------------------------------------------------------


def _post(row: Drawing, at: datetime) -> None:
    """Post the drawing in the name of whoever asked; the one place where money leaves."""
    assert row.paid_on is not None
    if row.kind == K.ADVANCE:
        _post_advance(row, row.paid_on, at)
        return
    assert row.net is not None
    if row.cancels is not None:
        net_ledger.post(
            row.net,
            NetEntryKind.REVERSED,
            -row.cancels.amount,
            row.paid_on,
            row.requested_by,
            at,
            source=row.reason,
            drawing=row.cancels.drawing,
            cancels=row.cancels,
        )
        return
    if row.kind == K.RETURN:
        rules.check_return(row.net, row.paid_on, row)
        if (left := net_ledger.balance(row.net)) != row.amount:
            raise Refused(f"提出之后账上有了变动，余额现为 {left:,.2f} 元，返还须一次结清，请退回提出人重新提出。")
    kind = POSTED_AS[K(row.kind)]
    net_ledger.post(row.net, kind, -row.amount, row.paid_on, row.requested_by, at, source=row.reason)
    if row.kind == K.RETURN:
        SafetyNet.objects.filter(pk=row.net.pk).update(closed_on=row.paid_on)
        net_ledger.record(row.net, "net.close", row.requested_by, at, on=row.paid_on)


def _post_advance(row: Drawing, on: date, at: datetime) -> None:
    """Post an advance to the case's ledger and to the net."""
    assert row.case is not None
    entry = ledger.advance(
        row.case,
        on,
        row.requested_by,
        at,
        workers=row.workers,
        migrants=row.migrants,
        amount=row.amount,
        fund=row.net.kind if row.net else Fund.OTHER,
        source="；".join(filter(None, [row.other_source, row.reason])),
    )
    Drawing.objects.filter(pk=row.pk).update(case_entry=entry)
    row.case_entry = entry
    if row.net is not None:
        net_ledger.post(
            row.net,
            NetEntryKind.ADVANCED,
            -row.amount,
            on,
            row.requested_by,
            at,
            source=row.reason,
            case_entry=entry,
            drawing=row,
        )
