"""The table of a letter's steps beside its approval; buttons and forms derive from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from arrears.letters import rules
from arrears.letters.actions import follow_up, issuing
from arrears.letters.models import Letter, LetterKind, LetterState
from unions.models import User
from unions.people.rights import Right

S, K = LetterState, LetterKind


@dataclass(frozen=True)
class LetterStep:
    """One step. `asks`: fields of LetterStepForm. `by_approver`: the approver takes it, else who may draft."""

    label: str
    starts: frozenset[LetterState]
    do: Callable[..., Letter]
    asks: tuple[str, ...] = ()
    by_approver: bool = False
    kinds: frozenset[LetterKind] = frozenset(LetterKind)
    tone: str = "plain"  # primary, plain or danger
    hint: str = ""
    done: str = ""


def _from(*states: LetterState) -> frozenset[LetterState]:
    return frozenset(states)


TO_EMPLOYER = frozenset(kind for kind in K if kind != K.SUGGESTION)
ISSUED = frozenset(state for state in LetterState if state not in rules.UNISSUED_OR_VOID)
STEPS: dict[str, LetterStep] = {
    "submit": LetterStep(
        "送审",
        _from(S.DRAFT),
        issuing.submit,
        tone="primary",
        hint="送本单位审批人审批；送审后不能再改。",
        done="已送审，等待审批人签发。",
    ),
    "withdraw": LetterStep(
        "撤回",
        _from(S.DRAFT, S.SUBMITTED),
        issuing.take_back,
        tone="danger",
        hint="未签发的文书不占文号。",
        done="已撤回，没有占用文号。",
    ),
    "deliver": LetterStep(
        "登记送达",
        _from(S.APPROVED),
        follow_up.record_delivery,
        ("on", "delivery", "received_by", "witnesses", "note", "proof"),
        tone="primary",
        hint="从送达之日起计算答复期限。",
        done="已登记送达，答复期限开始计算。",
    ),
    "refuse": LetterStep(
        "登记拒收",
        _from(S.APPROVED),
        follow_up.record_refusal,
        ("on", "witnesses", "note", "proof"),
        tone="danger",
        hint="对方拒绝签收的，记明见证人；可据此进入下一步。",
        done="已登记拒收，可以进入下一步。",
    ),
    "answer": LetterStep(
        "登记答复",
        _from(S.DELIVERED, S.REFUSED),
        follow_up.record_reply,
        ("on", "answer", "note", "proof"),
        tone="primary",
        hint="收到书面答复的日期和结果。",
        done="已登记答复。",
    ),
    "object": LetterStep(
        "登记异议",
        _from(S.DELIVERED),
        follow_up.record_objection,
        ("on", "note"),
        kinds=TO_EMPLOYER,
        hint="对方书面提出异议的，答复期限照常计算。",
        done="已登记异议。",
    ),
    "department_closes": LetterStep(
        "登记部门办结",
        _from(S.DELIVERED),
        follow_up.record_department_closing,
        ("on",),
        kinds=frozenset({K.SUGGESTION}),
        hint="部门办结之日起计算反馈期限。",
        done="已登记部门办结，反馈期限开始计算。",
    ),
    "finish": LetterStep(
        "办结",
        _from(S.DELIVERED, S.REFUSED, S.ANSWERED),
        follow_up.finish,
        ("reason",),
        hint="问题已解决或已转下一步。",
        done="已办结。",
    ),
    "make_void": LetterStep(
        "作废",
        ISSUED,
        issuing.make_void,
        ("reason",),
        by_approver=True,
        tone="danger",
        hint="保留文号并注明作废，不能恢复。",
        done="已作废，文号保留。",
    ),
}


def may(letter: Letter, row: LetterStep, user: User) -> bool:
    if row.by_approver:
        return user.may(Right.APPROVE, letter.issuer.in_charge())
    return rules.may_draft(letter, user)


def offers(letter: Letter, user: User) -> dict[str, LetterStep]:
    """The steps `user` may take now, by name."""
    done = {"object": letter.objected_on, "department_closes": letter.department_closed_on}
    return {
        name: row
        for name, row in STEPS.items()
        if letter.state in row.starts and letter.kind in row.kinds and may(letter, row, user) and not done.get(name)
    }
