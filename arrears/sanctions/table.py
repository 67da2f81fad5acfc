"""The steps of a listing beside its two approvals, as a table a unionist can read; buttons and forms derive from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from arrears.sanctions import procedure, proposing
from arrears.sanctions.models import Listing, ListingStage
from arrears.sanctions.models.listing import BEFORE_THE_DEPARTMENT
from unions.models import User

S = ListingStage
Said = Mapping[str, Any]
Do = Callable[[Listing, Said, User, datetime], Listing]


@dataclass(frozen=True)
class SanctionStep:
    """`asks`: fields of forms.sanctions.ListingStepForm."""

    label: str
    starts: frozenset[ListingStage]
    do: Do
    asks: tuple[str, ...] = ()
    tone: str = "plain"  # primary, plain or danger
    hint: str = ""
    done: str = ""


def _from(*stages: ListingStage) -> frozenset[ListingStage]:
    return frozenset(stages)


def _dated(act: Callable[..., Listing]) -> Do:
    return lambda row, said, by, at: act(row, by, at, on=said["on"])


def _told(act: Callable[..., Listing]) -> Do:
    return lambda row, said, by, at: act(row, by, at, on=said["on"], text=said["note"])


STEPS: dict[str, SanctionStep] = {
    "notice": SanctionStep(
        "登记告知",
        _from(S.PROPOSED),
        _dated(procedure.notice),
        ("on",),
        tone="primary",
        hint="部门书面告知用人单位拟列入的日期；从这天起 5 个工作日内可以提出异议。",
        done="已登记，异议期限开始计算。",
    ),
    "object": SanctionStep(
        "登记异议",
        _from(S.NOTICED),
        _told(procedure.object_to),
        ("on", "note"),
        hint="用人单位提出异议的日期和内容；部门 5 个工作日内答复。",
        done="已登记异议，答复期限开始计算。",
    ),
    "answer": SanctionStep(
        "登记异议答复",
        _from(S.OBJECTED),
        _told(procedure.answer),
        ("on", "note"),
        tone="primary",
        hint="部门答复异议的日期和内容。",
        done="已登记答复。",
    ),
    "list": SanctionStep(
        "登记列入决定",
        _from(S.NOTICED, S.ANSWERED),
        lambda row, said, by, at: procedure.enter(row, by, at, on=said["on"], number=said["number"]),
        ("on", "number"),
        tone="primary",
        hint="列入期限三年，到期自行失效。",
        done="已列入名单，期限三年。",
    ),
    "refuse": SanctionStep(
        "登记不予列入",
        _from(*BEFORE_THE_DEPARTMENT),
        _told(procedure.refuse),
        ("on", "note"),
        tone="danger",
        hint="写明部门不予列入的理由。",
        done="已登记不予列入。",
    ),
    "extend": SanctionStep(
        "登记延长决定期限",
        _from(*BEFORE_THE_DEPARTMENT),
        lambda row, said, by, at: procedure.extend(row, by, at, text=said["note"]),
        ("note",),
        hint="情况复杂的，部门可以延长 20 个工作日，一次为限。",
        done="决定期限已延长 20 个工作日。",
    ),
    "withdraw": SanctionStep(
        "撤回",
        _from(S.REQUESTED, S.PROPOSED),
        lambda row, said, by, at: proposing.withdraw(row, by=by, at=at, opinion=said["opinion"]),
        ("opinion",),
        tone="danger",
        hint="已经提请的，写明撤回的原因。",
        done="已撤回。",
    ),
    "correct": SanctionStep(
        "登记改正",
        _from(S.LISTED),
        _dated(procedure.correct),
        ("on",),
        hint="用人单位改正违法行为的日期；满六个月可以提前移出。",
        done="已登记，满六个月可以提前移出。",
    ),
    "ask_removal": SanctionStep(
        "提前移出",
        _from(S.LISTED),
        lambda row, said, by, at: proposing.ask_removal(
            row, said["on"], said["number"], said["note"], said["promise"], by, at
        ),
        ("on", "number", "promise", "note"),
        hint="改正满六个月并有书面信用承诺；须由另一人审批。",
        done="已提交，等待审批。",
    ),
}


def offers(row: Listing, user: User) -> dict[str, SanctionStep]:
    """Every step of the table that starts here and is the reader's to make."""
    if not proposing.may_record(row, user):
        return {}
    return {name: one for name, one in STEPS.items() if row.stage in one.starts and not _needless(row, name, user)}


def _needless(row: Listing, name: str, user: User) -> bool:
    match name:
        case "withdraw":
            return row.stage == S.REQUESTED and row.requested_by_id != user.pk
        case "extend":
            return row.extended
        case "correct":
            return row.corrected_on is not None
        case "ask_removal":
            return row.corrected_on is None
    return False
