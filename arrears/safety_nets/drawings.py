"""动用: asked by one person, approved by another bound to what she was shown, posted to net and case in one transaction.

An advance out of a fund or of other money is posted with the approval. Out of a deposit the approval issues the 支付通知书, and
the entries follow when the bank has paid; where it has paid already when asked, with the approval too.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from arrears.cases import ledger, snapshot
from arrears.cases.models import Case, Fund, State
from arrears.cases.second_person import barred_because
from arrears.cases.signals import case_changed, drawing_changed
from arrears.cases.snapshot import Line
from arrears.safety_nets import asking, books
from arrears.safety_nets.asking import AdvanceWish, Outgo
from arrears.safety_nets.models import Drawing, DrawingKind, DrawingStage, NetEntryKind, SafetyNet
from unions import second_person
from unions.common.clock import day_of
from unions.common.formats import day, yuan_unit
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right, holders_of

S = DrawingStage
K = DrawingKind
POSTED_AS = {K.RETURN: NetEntryKind.RETURNED, K.GIVE_BACK: NetEntryKind.GIVEN_BACK, K.ADJUST: NetEntryKind.ADJUSTED}


# ---- asking -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_advance(case: Case, wish: AdvanceWish, by: User, at: datetime, *, seen: int | None = None) -> Drawing:
    """Ask for wages of `case` to be advanced. `seen`: the version of the case the person had before her."""
    case = ledger.lock(case)
    if seen is not None and case.version != seen:
        raise Stale("您打开页面之后案件有了变动（也可能是重复提交），请查看最新内容；确需办理的，请再提交一次。")
    if not asking.may_ask(case, by):
        raise Forbidden(
            f"垫付由承办单位「{case.handling_union.in_charge()}」的{holders_of(Right.FILE, Right.HANDLE)}提出。"
        )
    net = books.lock(wish.net) if wish.net is not None else None
    asking.check_advance(case, net, wish, ledger.balance(case).outstanding, day_of(at))
    row = Drawing.objects.create(
        kind=K.ADVANCE, case=case, requested_by=by, requested_at=at, **(vars(wish) | {"net": net})
    )
    _note(row, "drawing.ask", by, at)
    return row


@transaction.atomic
def ask_outgo(net: SafetyNet, outgo: Outgo, by: User, at: datetime, *, seen: int | None = None) -> Drawing:
    """Ask for 返还, 退回, 调减 or the 冲正 of an entry of the net's own book."""
    held = books.lock(net, seen)
    books.check_keeper(held, by)
    facts = asking.checked_outgo(held, outgo, day_of(at))
    row = Drawing.objects.create(net=held, requested_by=by, requested_at=at, **facts)
    _note(row, "drawing.ask", by, at)
    return row


# ---- what is shown and approved -----------------------------------------------------------------------------------------


def seat(row: Drawing) -> Union:
    """Where the approver sits: with the keeper of the money, or of the case where the money is not in our books."""
    if row.net is not None:
        return row.net.union.in_charge()
    assert row.case is not None
    return row.case.handling_union.in_charge()


def shown(row: Drawing) -> list[Line]:
    """What the approver sees and signs; once decided, what she saw then."""
    if row.shown:
        return [Line(label, value) for label, value in row.shown]
    return _now(row)


def _now(row: Drawing) -> list[Line]:
    return [*_case_lines(row), *_net_lines(row), *_own_lines(row)]


def _case_lines(row: Drawing) -> list[Line]:
    if row.case is None:
        return []
    sums = ledger.balance(row.case)
    left = sums.outstanding
    return [
        Line("案件", f"{row.case} {row.case.employer.name}"),
        Line("案件状态", State(row.case.state).label),
        Line("欠薪", f"{sums.owed.workers} 人，{yuan_unit(sums.owed.amount)}"),
        Line("尚未解决", f"{left.workers} 人，{yuan_unit(left.amount)}"),
    ]


def _net_lines(row: Drawing) -> list[Line]:
    if row.net is None:
        return [Line("资金来源", row.purse)]
    return [
        Line("资金来源", row.purse),
        Line("管理单位", str(row.net.union)),
        Line("账面余额", yuan_unit(books.balance(row.net))),
        Line("已开通知书、银行未付", yuan_unit(books.promised(row.net, row))),
    ]


def _own_lines(row: Drawing) -> list[Line]:
    lines = [Line("事项", row.get_kind_display())]
    if row.cancels is not None:
        lines.append(Line("冲正", f"{row.cancels.on} {row.cancels.get_kind_display()} {yuan_unit(row.cancels.amount)}"))
    if row.kind == K.ADVANCE:
        lines.append(Line("垫付人数", f"{row.workers} 人，其中农民工 {row.migrants} 人"))
    lines.append(Line("金额", yuan_unit(row.amount)))
    if row.notice_on:
        lines.append(Line("支付通知书日期", day(row.notice_on)))
    if row.paid_on:
        lines.append(Line("支付日期", day(row.paid_on)))
    return [*lines, Line("依据", row.reason)]


def barred(row: Drawing, user: User, at: datetime) -> str | None:
    """Why `user` may not approve it, or None."""
    if not user.may(Right.APPROVE, seat(row)):
        return f"须由「{seat(row)}」的{holders_of(Right.APPROVE)}审批。"
    today, asked_on = day_of(at), day_of(row.requested_at)
    if row.case is not None:
        return barred_because(row.case, user, row.requested_by, today, asked_on)
    parts = {"您是提出人": [row.requested_by_id]}
    return second_person.barred_because(user, parts, "提出人", today, asked_on)


# ---- deciding -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def approve(row: Drawing, by: User, at: datetime, *, seen: str, opinion: str = "") -> Drawing:
    """The second person's yes to what she was shown (`seen`: its hash); 409 when case or net has changed since."""
    row = _held(row, S.REQUESTED)
    if because := barred(row, by, at):
        raise Forbidden(because)
    lines = _now(row)
    if seen != snapshot.seal(lines):
        raise Stale("案件或资金在您查看之后有了变动，请重新查看后审批。")
    waits_for_bank = row.kind == K.ADVANCE and row.paid_on is None
    stage = S.ISSUED if waits_for_bank else S.DONE
    facts = {
        "decided_by": by,
        "decided_at": at,
        "decision": opinion.strip(),
        "shown": snapshot.stored(lines),
        "shown_hash": seen,
    }
    if row.net is not None and asking.takes(row):
        asking.check_available(row.net, row.amount, row)
    if row.kind == K.ADVANCE:
        asking.check_owed(row)
    _step(row, stage, **facts)
    _note(row, "drawing.approve", by, at)
    if not waits_for_bank:
        _carry_out(row, at)
    return row


@transaction.atomic
def bank_paid(row: Drawing, on: date, by: User, at: datetime) -> Drawing:
    """The bank has paid upon the notice: both books say so from `on`."""
    row = _held(row, S.ISSUED)
    _check_handles(row, by)
    assert row.notice_on is not None
    if on < row.notice_on:
        raise Refused(
            f"支付日期不能早于支付通知书日期 {row.notice_on}。", {"on": f"不能早于支付通知书日期 {row.notice_on}。"}
        )
    if on > day_of(at):
        raise Refused("日期不能晚于今天。", {"on": "日期不能晚于今天。"})
    _step(row, S.DONE, paid_on=on)
    _note(row, "drawing.paid", by, at)
    _carry_out(row, at)
    return row


@transaction.atomic
def revoke(row: Drawing, reason: str, by: User, at: datetime) -> Drawing:
    """The notice is void: the employer paid himself, or the bank refused."""
    row = _held(row, S.ISSUED)
    _check_handles(row, by)
    _step(row, S.REVOKED, decision=_reason(reason))
    _note(row, "drawing.revoke", by, at)
    return row


@transaction.atomic
def decline(row: Drawing, by: User, at: datetime, *, opinion: str) -> Drawing:
    row = _held(row, S.REQUESTED)
    if not by.may(Right.APPROVE, seat(row)):
        raise Forbidden(f"须由「{seat(row)}」的{holders_of(Right.APPROVE)}审批。")
    lines = snapshot.stored(_now(row))
    _step(row, S.DECLINED, decided_by=by, decided_at=at, decision=_reason(opinion), shown=lines)
    _note(row, "drawing.decline", by, at)
    return row


@transaction.atomic
def withdraw(row: Drawing, by: User, at: datetime) -> Drawing:
    row = _held(row, S.REQUESTED)
    if by != row.requested_by:
        raise Forbidden("只有提出人可以撤回。")
    _step(row, S.WITHDRAWN, decided_at=at)
    _note(row, "drawing.withdraw", by, at)
    return row


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused("请写明原因。", {"opinion": "请写明原因。"})
    return text.strip()


def may_follow(row: Drawing, user: User) -> bool:
    """Whether `user` records what the bank did: an officer of the case's unit, or the keeper of the deposit."""
    assert row.case is not None and row.net is not None
    return user.may(Right.HANDLE, row.case.handling_union.in_charge()) or books.may_keep(row.net, user)


def _check_handles(row: Drawing, by: User) -> None:
    if not may_follow(row, by):
        raise Forbidden(f"银行支付情况由承办单位或「{seat(row)}」的{holders_of(Right.HANDLE)}登记。")


# ---- posting ------------------------------------------------------------------------------------------------------------


def _carry_out(row: Drawing, at: datetime) -> None:
    """The one place where money leaves. In the name of whoever asked: the approver has no hand in the books."""
    assert row.paid_on is not None
    if row.kind == K.ADVANCE:
        _advance(row, row.paid_on, at)
        return
    assert row.net is not None
    if row.cancels is not None:
        books.post(
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
        asking.check_return(row.net, row.paid_on, row)
        if (left := books.balance(row.net)) != row.amount:
            raise Refused(f"提出之后账上有了变动，余额现为 {left:,.2f} 元，返还须一次结清，请退回提出人重新提出。")
    kind = POSTED_AS[K(row.kind)]
    books.post(row.net, kind, -row.amount, row.paid_on, row.requested_by, at, source=row.reason)
    if row.kind == K.RETURN:
        SafetyNet.objects.filter(pk=row.net.pk).update(closed_on=row.paid_on)
        books.note(row.net, "net.close", row.requested_by, at, on=row.paid_on)


def _advance(row: Drawing, on: date, at: datetime) -> None:
    """To the case's ledger and to the net's book, or to neither."""
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
        books.post(
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


def _held(row: Drawing, stage: DrawingStage) -> Drawing:
    """Case, net and row as they are now, held in this order; Stale when the stage has moved on."""
    case = ledger.lock(row.case) if row.case is not None else None
    net = books.lock(row.net) if row.net is not None else None
    row = (
        Drawing.objects.select_for_update(of=("self",))
        .select_related("requested_by", "cancels__drawing")
        .get(pk=row.pk)
    )
    row.case, row.net = case, net
    if row.stage != stage:
        raise Stale(f"这项申请现在是「{S(row.stage).label}」，可能已有人办理，请刷新页面。")
    return row


def _step(row: Drawing, stage: DrawingStage, **facts: object) -> None:
    if Drawing.objects.filter(pk=row.pk, stage=row.stage).update(stage=stage, **facts) != 1:
        raise Stale("这项申请刚刚有人办理过，请刷新页面。")
    for name, value in facts.items():
        setattr(row, name, value)
    row.stage = stage


def _note(row: Drawing, verb: str, by: User, at: datetime) -> None:
    """Into the chain of the case, of the net, or of both."""
    told = {"drawing": row.pk, "kind": row.kind, "amount": Decimal(row.amount), "reason": row.decision or row.reason}
    if row.net is not None:
        books.note(row.net, verb, by, at, **told)
    if row.case is not None:
        Case.objects.filter(pk=row.case.pk).update(version=F("version") + 1, changed_at=at)
        audit.record(row.case.stream, verb, by, at, union=seat(row), **told)
        row.case.refresh_from_db()
        case_changed.send(Case, case=row.case, verb=verb, by=by, at=at)
    drawing_changed.send(Drawing, drawing=row, verb=verb, by=by, at=at)
