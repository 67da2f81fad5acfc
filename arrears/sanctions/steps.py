"""The table of a listing's steps beside its two approvals; buttons and forms derive from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from arrears.law.legal_numbers import with_terms_later
from arrears.sanctions.actions import listings
from arrears.sanctions.models import Listing, ListingStage
from arrears.sanctions.models.listing import BEFORE_THE_DEPARTMENT
from unions.models import User

S = ListingStage
Data = Mapping[str, Any]
Do = Callable[[Listing, Data, User, datetime], Listing]


@dataclass(frozen=True)
class ListingStep:
    """One step. `asks`: fields of ListingStepForm."""

    label: str
    starts: frozenset[ListingStage]
    do: Do
    asks: tuple[str, ...] = ()
    tone: str = "plain"  # primary, plain or danger
    hint: str = ""
    done: str = ""


def _from(*stages: ListingStage) -> frozenset[ListingStage]:
    return frozenset(stages)


def _with_day(act: Callable[..., Listing]) -> Do:
    return lambda row, data, by, at: act(row, by, at, on=data["on"])


def _with_note(act: Callable[..., Listing]) -> Do:
    return lambda row, data, by, at: act(row, by, at, on=data["on"], text=data["note"])


STEPS: dict[str, ListingStep] = {
    "notice": ListingStep(
        "登记告知",
        _from(S.PROPOSED),
        _with_day(listings.record_notice),
        ("on",),
        tone="primary",
        hint=with_terms_later("部门书面告知用人单位拟列入的日期；从这天起 {listing-objection}内可以提出异议。"),
        done="已登记，异议期限开始计算。",
    ),
    "object": ListingStep(
        "登记异议",
        _from(S.NOTICED),
        _with_note(listings.record_objection),
        ("on", "note"),
        hint=with_terms_later("用人单位提出异议的日期和内容；部门 {listing-objection-answer}内答复。"),
        done="已登记异议，答复期限开始计算。",
    ),
    "answer": ListingStep(
        "登记异议答复",
        _from(S.OBJECTED),
        _with_note(listings.record_answer),
        ("on", "note"),
        tone="primary",
        hint="部门答复异议的日期和内容。",
        done="已登记答复。",
    ),
    "list": ListingStep(
        "登记列入决定",
        _from(S.NOTICED, S.ANSWERED),
        lambda row, data, by, at: listings.record_listing(row, by, at, on=data["on"], number=data["number"]),
        ("on", "number"),
        tone="primary",
        hint=with_terms_later("列入期限{listing-term}，到期自行失效。"),
        done=with_terms_later("已列入名单，期限{listing-term}。"),
    ),
    "refuse": ListingStep(
        "登记不予列入",
        _from(*BEFORE_THE_DEPARTMENT),
        _with_note(listings.record_refusal),
        ("on", "note"),
        tone="danger",
        hint="写明部门不予列入的理由。",
        done="已登记不予列入。",
    ),
    "extend": ListingStep(
        "登记延长决定期限",
        _from(*BEFORE_THE_DEPARTMENT),
        lambda row, data, by, at: listings.record_extension(row, by, at, text=data["note"]),
        ("note",),
        hint=with_terms_later("情况复杂的，部门可以延长 {listing-decision.extension}，一次为限。"),
        done=with_terms_later("决定期限已延长 {listing-decision.extension}。"),
    ),
    "withdraw": ListingStep(
        "撤回",
        _from(S.REQUESTED, S.PROPOSED),
        lambda row, data, by, at: listings.withdraw(row, by=by, at=at, opinion=data["opinion"]),
        ("opinion",),
        tone="danger",
        hint="已经提请的，写明撤回的原因。",
        done="已撤回。",
    ),
    "correct": ListingStep(
        "登记改正",
        _from(S.LISTED),
        _with_day(listings.record_correction),
        ("on",),
        hint=with_terms_later("用人单位改正违法行为的日期；满{listing-early-removal}可以提前移出。"),
        done=with_terms_later("已登记，满{listing-early-removal}可以提前移出。"),
    ),
    "ask_removal": ListingStep(
        "提前移出",
        _from(S.LISTED),
        lambda row, data, by, at: listings.ask_removal(
            row, data["on"], data["number"], data["note"], data["promise"], by, at
        ),
        ("on", "number", "promise", "note"),
        hint=with_terms_later("改正满{listing-early-removal}并有书面信用承诺；须由另一人审批。"),
        done="已提交，等待审批。",
    ),
}


def offers(row: Listing, user: User) -> dict[str, ListingStep]:
    """The steps `user` may take now, by name."""
    if not listings.may_record_step(row, user):
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
