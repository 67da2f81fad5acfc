"""Every change of a case's state goes through `move()`, by the table `MOVES`.

Pages, API, tasks and shell make the same move, so a rule is written once. Buttons and documentation derive from the
table: move → from-states, to-state, right and where it must be held, what is asked, what must be true, second person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.urls import reverse

from arrears.cases import closing_blockers, conclusions, ledger, snapshot
from arrears.cases.acceptance_day import FILED
from arrears.cases.closing_blockers import Lack
from arrears.cases.models import ActKind, Case, Closure, EntryKind, LedgerEntry, Outcome, Series, State
from arrears.cases.models.case import immediate
from arrears.cases.requirements import required_of
from arrears.cases.second_person import at_work, excluded_from, ids_after_work, why_not_after_work
from arrears.cases.signals import case_changed
from unions.approvals import Approval, ApprovalList, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Event, Union, User
from unions.people.holders import ids_of, joined
from unions.people.rights import Right, holders_of
from unions.tree import actions as tree

Given = dict[str, Any]
# What is missing on a day, as a sentence or several; None or nothing when met.
Need = Callable[[Case, Given, date], "str | Sequence[str] | None"]
# What a move does beside changing the state: the fields of the case that change with it.
Effect = Callable[[Case, User, datetime, Given], Given]


# ---- conditions -------------------------------------------------------------------------------------------------


def facts_to_file(case: Case, given: Given, on: date) -> str | None:
    missing = [
        label
        for label, there in {
            "用人单位": case.employer_id,
            "受理日期": case.accepted_on,
            "所属行业": case.industry,
            "涉及人数": case.stated_workers,
            "欠薪金额": case.stated_amount,
        }.items()
        if not there
    ]
    if not missing:
        return None
    return Lack(f"还缺：{'、'.join(missing)}。请补齐后再提交。", reverse("case-edit", args=[case.pk]))


def nothing_outstanding(case: Case, given: Given, on: date) -> str | None:
    left = ledger.balance(case).outstanding
    if not left:
        return None
    sentence = f"不解决不销账：尚有 {left.workers} 人、{left.amount:,.2f} 元未解决，不能办结。"
    return Lack(sentence, case.section_url("ledger"))


def something_recognised(case: Case, given: Given, on: date) -> str | None:
    owed = ledger.balance(case).owed
    if owed.workers and owed.amount:
        return None
    return Lack("台账中没有认定的人数和金额，请先记“认定”。", case.section_url("ledger"))


def nothing_paid(case: Case, given: Given, on: date) -> str | None:
    paid = ledger.standing_kinds(case) & set(ledger.RESOLVED)
    if not paid:
        return None
    labels = "、".join(EntryKind(kind).label for kind in ledger.RESOLVED if kind in paid)
    sentence = (
        f"台账中有{labels}：付过工资的不能按“不属欠薪”处理。确实欠薪的请“查实立案”；{labels}记错的，请先在台账冲正。"
    )
    return Lack(sentence, case.section_url("ledger"))


def conclusion_chosen(case: Case, given: Given, on: date) -> str | None:
    key = given.get("conclusion") or case.conclusion
    if key not in conclusions.conclusions():
        return "请从清单中选择办结结论。"
    missing = conclusions.missing_facts(case, key)
    return f"结论“{conclusions.label(key)}”的事实不全：{'；'.join(missing)}。" if missing else None


VERIFIED = "verified-first"  # what a notice calls for (vocabulary.REQUIREMENTS)
FEEDBACK = {
    "told-worker": (ActKind.FEEDBACK_WORKER, "向职工反馈"),
    "told-hotline": (ActKind.FEEDBACK_HOTLINE, "向 12351 热线反馈"),
}


def feedback_given(case: Case, given: Given, on: date) -> str | None:
    told = set(case.acts.exclude(outcome=Outcome.UNREACHED).values_list("kind", flat=True))
    untold = {step: label for step, (kind, label) in FEEDBACK.items() if kind not in told}
    if not untold or not (asked := required_of(case, *untold, on=on)):
        return None
    missing = "、".join(label for step, label in untold.items() if step in asked)
    sentence = f"尚未{missing}（{next(iter(asked.values())).cited}），请先在办理记录中登记。"
    return Lack(sentence, case.section_url("acts"))


def verification_said(case: Case, given: Given, on: date) -> str | None:
    """QD-4.3: what a channel brought counts as a case once somebody has said how it was verified."""
    if given.get("verification") or case.verification or not (asked := required_of(case, VERIFIED, on=on)):
        return None
    sentence = (
        f"经“{case.get_channel_display()}”掌握的线索须先核实再立案（{asked[VERIFIED].cited}）："
        f"请在“核实情况”中写明由谁、何时、以何种方式核实；尚未核实的，请登记为线索。"
    )
    return Lack(sentence, reverse("case-edit", args=[case.pk]))


def evidence_kept(case: Case, given: Given, on: date) -> str | None:
    """Said before a closing, and no reason to refuse it: no notice demands that proof is uploaded."""
    return None if case.evidence.exists() else "本案未上传任何证据材料（支付凭证、协议、裁判文书等），办结后无从查证。"


def nothing_awaited(case: Case, given: Given, on: date) -> str | None:
    """Said to whoever asks for the closing, as to whoever approves it: others still owe an answer, which bars nothing."""
    awaited = closing_blockers.answers_awaited(case)
    return f"仍在等待答复：{'；'.join(awaited)}。提请后由审批人一并审阅，请先催办或说明。" if awaited else None


def nothing_under_way(case: Case, given: Given, on: date) -> Sequence[str]:
    return closing_blockers.under_way(case)


def nothing_left_open(case: Case, given: Given, on: date) -> Sequence[str]:
    return closing_blockers.why_not_close(case)


def nothing_binds(case: Case, given: Given, on: date) -> Sequence[str]:
    return closing_blockers.why_not_merge(case)


@cache
def _declared_conditions() -> dict[str, Need]:
    """Conditions of features, by the name under which the table refers to them. Apps declare "move conditions"."""
    return {name: need for conditions in provided("move conditions") for name, need in conditions.items()}


def unmet(need: Need | str, case: Case, given: Given, on: date) -> tuple[str, ...]:
    """The sentences of what is missing, each by itself."""
    said = (_declared_conditions()[need] if isinstance(need, str) else need)(case, given, on) or ()
    return (said,) if isinstance(said, str) else tuple(said)


def warnings(case: Case, name: str, on: date) -> list[str]:
    """What whoever makes the move is told before, as sentences; none of it bars the move."""
    return [text for warn in MOVES[name].warns for text in unmet(warn, case, {}, on)]


def reason_given(case: Case, given: Given, on: date) -> str | None:
    return None if str(given.get("reason") or "").strip() else "请写明原因。"


# What is missing → the field of the form beside which it is said.
FIELDS: dict[Need | str, str] = {reason_given: "reason", "receiver_fits": "receiver", verification_said: "verification"}


# ---- the table --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    label: str
    starts: frozenset[State]
    to: State | None  # None: where it stood before it was handed over
    right: Right
    at: str = "handling"  # whose right counts: the "filing" or "handling" unit, or the one it is "receiving"
    asks: tuple[str, ...] = ()  # what the person fills in: reason, conclusion, receiver
    needs: tuple[Need | str, ...] = ()  # a name: what a feature declares (serious, transfers, merging)
    warns: tuple[Need, ...] = ()  # what is said to whoever makes the move, and bars nothing
    second_person: bool = False
    tone: str = "primary"  # primary, plain or danger: how the button looks
    hint: str = ""
    offered: bool = True  # as a button on the case page; else it is asked for elsewhere


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


S = State
MOVES: dict[str, Move] = {
    "report_clue": Move(
        "登记为线索",
        _from(S.DRAFT),
        S.CLUE,
        Right.FILE,
        at="filing",
        needs=(facts_to_file,),
        tone="plain",
        hint="情况尚待核实，先作为线索登记。",
    ),
    "file": Move(
        "正式立案",
        _from(S.DRAFT),
        S.OPEN,
        Right.FILE,
        at="filing",
        needs=(facts_to_file, verification_said),
        hint="情况已经查实，直接立案；人数和金额记入台账。",
    ),
    "verify": Move(
        "查实立案",
        _from(S.CLUE),
        S.OPEN,
        Right.HANDLE,
        asks=("verification",),
        needs=(something_recognised, verification_said),
        hint="经核实确属欠薪。",
    ),
    "dismiss": Move(
        "不属欠薪",
        _from(S.CLUE),
        S.DISMISSED,
        Right.HANDLE,
        asks=("reason",),
        needs=(reason_given, nothing_paid, nothing_under_way),
        tone="danger",
        hint="经核实不属欠薪，写明向反映人所作的解释。",
    ),
    "transfer": Move(
        "转办",
        _from(S.CLUE, S.OPEN),
        S.TRANSFERRING,
        Right.HANDLE,
        asks=("receiver", "reason"),
        needs=(reason_given, "receiver_fits", nothing_under_way),
        tone="plain",
        hint="不属本单位管辖的，转给有管辖的工会；对方接收之前仍由本单位负责。",
    ),
    "accept_transfer": Move(
        "接收转办",
        _from(S.TRANSFERRING),
        None,
        Right.RECEIVE,
        at="receiving",
        hint="接收后由本单位承办，您为经办人；账上仍算立案单位的案件。",
    ),
    "refuse_transfer": Move(
        "退回转办",
        _from(S.TRANSFERRING),
        None,
        Right.RECEIVE,
        at="receiving",
        asks=("reason",),
        needs=(reason_given,),
        tone="danger",
        hint="不属本单位管辖的，写明原因退回转出单位。",
    ),
    "recall_transfer": Move(
        "撤回转办",
        _from(S.TRANSFERRING),
        None,
        Right.HANDLE,
        asks=("reason",),
        needs=(reason_given,),
        tone="plain",
        hint="对方接收之前可以撤回，仍由本单位办理。",
    ),
    "go_legal": Move(
        "转入司法程序",
        _from(S.OPEN),
        S.LEGAL,
        Right.HANDLE,
        asks=("reason",),
        needs=(reason_given,),
        tone="plain",
        hint="已申请仲裁、提起诉讼或移送。",
    ),
    "return_from_legal": Move(
        "司法程序终结",
        _from(S.LEGAL),
        S.OPEN,
        Right.HANDLE,
        asks=("reason",),
        needs=(reason_given,),
        tone="plain",
        hint="裁决、判决或决定已作出。",
    ),
    "settle": Move(
        "提请办结",
        _from(S.OPEN),
        S.SETTLED,
        Right.HANDLE,
        asks=("conclusion",),
        needs=(
            something_recognised,
            nothing_outstanding,
            feedback_given,
            conclusion_chosen,
            nothing_under_way,
            nothing_left_open,
            "reported-at-once",
            "fallback_named",
        ),
        warns=(evidence_kept, nothing_awaited),
        hint="人数和金额均已解决，提请第二人审批办结。",
    ),
    "send_back": Move(
        "退回办理",
        _from(S.SETTLED),
        S.OPEN,
        Right.APPROVE,
        asks=("reason",),
        needs=(reason_given,),
        tone="danger",
        hint="不同意办结，退回继续办理。",
    ),
    "close": Move(
        "批准办结",
        _from(S.SETTLED),
        S.CLOSED,
        Right.APPROVE,
        needs=(nothing_outstanding, feedback_given, conclusion_chosen, nothing_left_open, "reported-at-once"),
        warns=(evidence_kept,),
        second_person=True,
        hint="由另一名审批人复核，批准后销账。",
    ),
    "reopen": Move(
        "重新办理",
        _from(S.CLOSED, S.DISMISSED),
        S.OPEN,
        Right.APPROVE,
        asks=("reason",),
        needs=(reason_given,),
        tone="danger",
        hint="发现新情况，写明原因后重新办理。",
    ),
    "merge": Move(
        "并入另一案件",
        _from(S.CLUE, S.OPEN),
        S.MERGED,
        Right.APPROVE,
        needs=(nothing_binds, "decided_by_merger"),
        offered=False,
        hint="与另一件是同一件事，由第二人批准并入；台账逐笔冲正，统计只计一次。",
    ),
    "unmerge": Move(
        "撤销并案",
        _from(S.MERGED),
        S.OPEN,
        Right.APPROVE,
        needs=("decided_by_merger",),
        offered=False,
        hint="并非同一件事，恢复办理；台账逐笔重新记入。",
    ),
    "unmerge_clue": Move(
        "撤销并案",
        _from(S.MERGED),
        S.CLUE,
        Right.APPROVE,
        needs=("decided_by_merger",),
        offered=False,
        hint="并非同一件事，恢复为线索。",
    ),
}


# ---- the second person ------------------------------------------------------------------------------------------


def _closing_page(case: Case) -> str:
    return reverse("closing", args=[case.pk])


class ClosingApproval(Approval[Case]):
    """The closing of a case, asked for by `settle`: nobody who worked on it approves. Both ways out are moves of the table."""

    model = Case
    listed = ApprovalList(
        "closing",
        "办结",
        ("employer", "settled_by"),
        "arrears/cases/approval_row.html",
        case_field="pk",
        opens=_closing_page,
    )
    urgent = immediate()
    unit = "handling_union"
    this = "案件"
    changed = "审批内容与您看到的不一致，案件已有变动，请重新查看后审批。"
    stage = "state"
    waits = S.SETTLED
    approved = Transition(S.CLOSED, "close", "批准办结", "已批准办结并销账。")
    declined = Transition(S.OPEN, "send_back", "不同意，退回办理", "已退回经办人继续办理。")
    asked = ("settled_by",)
    title = "批准办结"
    opinion_help = "退回时必填：写明原因。"

    def shown(self, row: Case, at: datetime) -> list[ShownLine]:
        return snapshot.closing(row)

    def named(self, row: Case) -> str:
        return f"{row} {row.employer.name}"

    def awaiting(self, user: User) -> QuerySet[Case]:
        """By id: the index on (handling unit, state) finds a handful among 200,000."""
        ids = [int(path.rstrip(".").rpartition(".")[2]) for path in user.paths(self.right)]
        units = Union.objects.filter(Q(pk__in=ids) | Q(parent__in=ids, valid_until__isnull=False))
        return self.waiting_rows().filter(handling_union__in=units.values("pk"))

    def waits_since(self) -> Any:
        """It was asked for when the log says so; the case itself keeps only who asked."""
        stream = Concat(Value("case:"), Cast(OuterRef("pk"), CharField()))
        settled = Event.objects.filter(stream=stream, verb="settle").order_by("-seq")
        return Coalesce(Subquery(settled.values("at")[:1]), F("changed_at"))

    def excluded_ids(self) -> Any:
        return joined(ids_of(F("settled_by"), *at_work()), ids_after_work())

    def why_not_second_person(self, row: Case, user: User, day: date) -> str | None:
        settled = Event.objects.filter(stream=row.stream, verb="settle").order_by("-seq").first()
        asked_at = settled.at if settled else None
        first = excluded_from(row, row.settled_by_id, asked_at).why_excluded(user, day)
        return first or why_not_after_work(row, user, day, asked_at)

    def approve(self, row: Case, *, by: User, at: datetime, seal: str, opinion: str = "") -> Case:
        return move(row, "close", by, at, seen=row.version, seal=seal, reason=opinion)

    def decline(self, row: Case, *, by: User, at: datetime, opinion: str) -> Case:
        return move(row, "send_back", by, at, seen=row.version, reason=opinion)


closing = ClosingApproval()


# ---- who may, and what is offered -------------------------------------------------------------------------------


def responsible_unit(case: Case, row: Move) -> Union:
    """The unit at which the right must be held today."""
    if row.at == "receiving":
        for receiving_unit in provided("receiving unit"):
            receiver: Union | None = receiving_unit(case)
            if receiver is not None:
                return receiver.in_charge()
    return (case.union if row.at == "filing" else case.handling_union).in_charge()


@dataclass(frozen=True)
class Offer:
    """A move the reader may make now, or why not (`why_not`: second person; `missing`: what has to be done first)."""

    name: str
    row: Move
    why_not: str | None = None
    missing: tuple[str, ...] = field(default=())


def offers(case: Case, user: User, day: date) -> list[Offer]:
    """Every move of the table that starts here and whose right the reader holds."""
    found: list[Offer] = []
    told: dict[Need | str, tuple[str, ...]] = {}
    for name, row in MOVES.items():
        if not row.offered or case.state not in row.starts or not user.may(row.right, responsible_unit(case, row)):
            continue
        why_not = closing.why_not_second_person(case, user, day) if row.second_person else None
        # What is asked in the form cannot be missing yet.
        asked = (reason_given, conclusion_chosen, "receiver_fits", *([verification_said] if row.asks else []))
        open_needs = [need for need in row.needs if need not in asked]
        for need in set(open_needs) - told.keys():  # several moves may need the same: it is looked up once
            told[need] = unmet(need, case, {}, day)
        missing = tuple(text for need in open_needs for text in told[need])
        found.append(Offer(name, row, why_not, missing))
    return found


# ---- making a move --------------------------------------------------------------------------------------------------


@transaction.atomic
def move(case: Case, name: str, by: User, at: datetime, *, seen: int, seal: str = "", **given: Any) -> Case:
    """Make the move `name`. `seen`: the version the person had before her; `seal`: of what she approves.

    Raises Forbidden (no right, second person), Refused (a condition is not met), Stale (someone was faster).
    """
    row = MOVES[name]
    if "receiver" in row.asks:
        tree.hold_still()  # before the case: a unit that moves holds the tree first and its cases then
    case = ledger.lock(case)
    if not by.may(row.right, responsible_unit(case, row)):
        raise Forbidden(f"“{row.label}”须由“{responsible_unit(case, row)}”的{holders_of(row.right)}办理。")
    if case.state not in row.starts:
        raise Stale(f"案件现在是“{State(case.state).label}”，不能“{row.label}”。可能已有人办理，请刷新页面。")
    if case.version != seen:
        raise Stale("您打开页面之后案件有了变动，请查看最新内容后再办理。")
    if row.second_person:
        closing.check(case, by, at, seal)
    for need in row.needs:
        if missing := "".join(unmet(need, case, given, day_of(at))):
            raise Refused(missing, {FIELDS[need]: missing} if need in FIELDS else {})
    case = _carry_out(case, name, row, by, at, given)
    if closing.is_waiting(case):
        closing.tell_if_nobody(case, at)
    return case


def _carry_out(case: Case, name: str, row: Move, by: User, at: datetime, given: Given) -> Case:
    before, unit = State(case.state), responsible_unit(case, row)
    effect = _effects().get(name)
    facts = effect(case, by, at, given) if effect else {}
    changed = Case.objects.filter(pk=case.pk, state=before, version=case.version).update(
        version=F("version") + 1, changed_at=at, **({"state": row.to} | facts)
    )
    if changed != 1:
        raise Stale("案件刚刚有了变动，请刷新页面。")
    case.refresh_from_db()
    audit.record(
        case.stream,
        name,
        by,
        at,
        union=unit,
        before=before.value,
        after=case.state,
        **_route(given),
        reason=str(given.get("reason") or given.get("verification") or ""),
        conclusion=case.conclusion if row.to in (S.SETTLED, S.CLOSED) else "",
    )
    case_changed.send(Case, case=case, verb=name, by=by, at=at)
    return case


def _route(given: Given) -> Given:
    """Whom a transfer goes to, for the log; other moves say nothing of it."""
    receiver = given.get("receiver")
    return {"receiver": receiver.pk} if isinstance(receiver, Union) else {}


# ---- what a move does beside changing the state ------------------------------------------------------------------


def _file(case: Case, by: User, at: datetime, given: Given) -> Given:
    assert case.accepted_on is not None
    LedgerEntry.objects.create(
        case=case,
        kind=EntryKind.RECOGNISED,
        counts_as=EntryKind.RECOGNISED,
        on=case.accepted_on,
        by=by,
        at=at,
        workers=case.stated_workers,
        migrants=case.stated_migrants,
        amount=case.stated_amount,
        source=FILED,
    )
    return {"number": new_number(case.union, day_of(at))}


def _report_clue(case: Case, by: User, at: datetime, given: Given) -> Given:
    """Beside the number of the case a clue has one of its own series: how many came in, whatever became of them."""
    day = day_of(at)
    (serial,) = Series.take(f"clue:{case.union_id}", day.year)
    return _file(case, by, at, given) | {"clue_number": f"{case.union.code}-XS{day.year}-{serial:04d}"}


def _file_open(case: Case, by: User, at: datetime, given: Given) -> Given:
    return _file(case, by, at, given) | _verified(case, by, at, given)


def _verify(case: Case, by: User, at: datetime, given: Given) -> Given:
    return _verified(case, by, at, given) | {"last_edited_by": by}


def _verified(case: Case, by: User, at: datetime, given: Given) -> Given:
    said = given.get("verification") or case.verification
    return {"verified_on": day_of(at), "verified_by": by, "verification": said}


DISMISSED_AS = "不属欠薪："  # begins the source of the entry with which a dismissal writes off what is left


def _dismiss(case: Case, by: User, at: datetime, given: Given) -> Given:
    left = ledger.balance(case).outstanding
    if left:  # all of it may have been found untrue already
        LedgerEntry.objects.create(
            case=case,
            kind=EntryKind.UNTRUE,
            counts_as=EntryKind.UNTRUE,
            on=day_of(at),
            by=by,
            at=at,
            workers=left.workers,
            migrants=left.migrants,
            amount=left.amount,
            source=f"{DISMISSED_AS}{given['reason']}"[:200],
        )
    case.acts.create(
        kind=ActKind.EXPLANATION, on=day_of(at), detail=given["reason"], union=case.handling_union, by=by, at=at
    )
    return {}


def _settle(case: Case, by: User, at: datetime, given: Given) -> Given:
    return {"conclusion": given.get("conclusion") or case.conclusion, "settled_by": by, "last_edited_by": by}


def _close(case: Case, by: User, at: datetime, given: Given) -> Given:
    Closure.objects.create(case=case, on=day_of(at), conclusion=case.conclusion, approved_by=by, at=at)
    return {"closed_on": day_of(at)}


def _reopen(case: Case, by: User, at: datetime, given: Given) -> Given:
    case.closures.filter(reopened_on=None).update(reopened_on=day_of(at), motive=given["reason"])
    if case.state == S.DISMISSED:
        _owed_again(case, by, at, given["reason"])
    return {"closed_on": None, "conclusion": "", "settled_by": None, "verified_on": case.verified_on or day_of(at)}


def _owed_again(case: Case, by: User, at: datetime, reason: str) -> None:
    """What the dismissal wrote off is answered; what somebody had found untrue before it stays so."""
    dismissed = Event.objects.filter(stream=case.stream, verb="dismiss").order_by("-seq").first()
    wrote = case.entries.filter(kind=EntryKind.UNTRUE, cancelled_by=None, source__startswith=DISMISSED_AS)
    if dismissed is not None:
        answers = ledger.reverse_all(
            case, wrote.filter(at=dismissed.at).values_list("pk", flat=True), by, at, f"重新办理：{reason}"
        )
        for row in answers:
            ledger.record(case, row)


EFFECTS: dict[str, Effect] = {
    "report_clue": _report_clue,
    "file": _file_open,
    "verify": _verify,
    "dismiss": _dismiss,
    "settle": _settle,
    "close": _close,
    "reopen": _reopen,
}


@cache
def _effects() -> dict[str, Effect]:
    """Effects by move, with those of features. Apps declare "move effects"."""
    return EFFECTS | {name: effect for effects in provided("move effects") for name, effect in effects.items()}


def new_number(union: Union, day: date, count: int = 1) -> str:
    """The next case number of a unit: 370202E0001-2026-0007."""
    (serial,) = Series.take(f"case:{union.pk}", day.year, count)
    return f"{union.code}-{day.year}-{serial:04d}"
