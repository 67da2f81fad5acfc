"""What is done with a return, by one table of moves: signed, approved by another, received or sent back above.

Pages, tasks and shell make the same moves; who may, from which stage, and what must be filled in stands in `MOVES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from arrears.law.editions.rulebook_editions import rulebook_for
from reporting.returns import checking, freezing, recomputing, terms, zero_reports
from reporting.returns.checking import Checked, Remark
from reporting.returns.filling import FilledReturn, draft_corrections, fill
from reporting.returns.models import IN_HAND, SENT, Correction, Return, ReturnStage, ReturnVersion
from unions.approvals import Approval, ApprovalList, ExcludedPeople, FieldValues, ShownLine, Transition
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Event, Union, User
from unions.people.holders import ids_of, joined
from unions.people.rights import Right, holders_of, roles_with
from unions.tree import actions as tree

S = ReturnStage


@dataclass(frozen=True)
class ReturnMove:
    """`at`: whose right counts, the "sender"'s or the "receiver"'s; any of `rights` will do. `asks`: what is filled in."""

    label: str
    starts: frozenset[ReturnStage]
    rights: tuple[Right, ...]
    at: str = "sender"
    asks: tuple[str, ...] = ()
    tone: str = "primary"  # primary, plain or danger
    hint: str = ""


def _from(*stages: ReturnStage) -> frozenset[ReturnStage]:
    return frozenset(stages)


_PREPARE, _DECIDE, _ABOVE = (Right.SUBMIT,), (Right.APPROVE,), (Right.SUBMIT, Right.RECEIVE)
MOVES: dict[str, ReturnMove] = {
    "sign": ReturnMove("制表签字", _from(*IN_HAND), _PREPARE, hint="数据就此固定，送单位负责人审批。"),
    "sign_zero": ReturnMove("零报告", _from(*IN_HAND), _PREPARE, tone="plain", hint="本期没有欠薪案件，签字报零。"),
    "withdraw": ReturnMove("撤回签字", _from(S.SIGNED), _PREPARE, tone="plain", hint="审批之前，制表人可以撤回修改。"),
    "decline": ReturnMove(
        "退回制表人", _from(S.SIGNED), _DECIDE, asks=("reason",), tone="danger", hint="不同意报出，退回修改。"
    ),
    "approve": ReturnMove("审批报出", _from(S.SIGNED), _DECIDE, hint="以单位负责人身份批准，即行报出。"),
    "receive": ReturnMove("接收", _from(S.SUBMITTED), _ABOVE, at="receiver", hint="核对无误，接收。"),
    "send_back": ReturnMove(
        "退回下级",
        _from(*SENT),
        _ABOVE,
        at="receiver",
        asks=("reason",),
        tone="danger",
        hint="写明原因，退回这一单位；其他单位不受影响。",
    ),
    "amend": ReturnMove(
        "更正",
        _from(*SENT),
        _PREPARE,
        asks=("reason",),
        tone="plain",
        hint="另立一版，原版保留；重新签字、审批后替代原版。",
    ),
    "drop_amendment": ReturnMove("放弃更正", _from(S.AMENDING), _PREPARE, tone="plain", hint="原版继续有效。"),
}


# ---- who may ----------------------------------------------------------------------------------------------------------


def responsible_unit(report: Return, row: ReturnMove) -> Union | None:
    """The unit at which the right must be held today; None: outside the system."""
    unit = report.union if row.at == "sender" else report.receiver
    return unit.in_charge() if unit else None


def may(report: Return, row: ReturnMove, user: User) -> bool:
    unit = responsible_unit(report, row)
    return unit is not None and any(user.may(right, unit) for right in row.rights)


@dataclass(frozen=True)
class ReturnOffer:
    """A move the reader may make now, or why not."""

    name: str
    row: ReturnMove
    barred: str | None = None


def offers(report: Return, user: User, day: date) -> list[ReturnOffer]:
    """Every move that starts here and whose right the reader holds."""
    found = []
    for name, row in MOVES.items():
        if report.stage in row.starts and may(report, row, user):
            found.append(
                ReturnOffer(name, row, approval.why_not_second_person(report, user, day) if name == "approve" else None)
            )
    return found


def _authors(report: Return) -> set[int | None]:
    """Who wrote under its headings: the log keeps them."""
    return set(Event.objects.filter(stream=report.stream, verb="write").values_list("by", flat=True))


def acting_for(user: User, rights: tuple[Right, ...], unit: Union, day: date) -> User | None:
    """Whom `user` stands in for here: set only where she holds none of the rights in her own name (甲代乙). The rights to sign
    and to approve hold at the unit alone."""
    roles = {role for right in rights for role in roles_with(right)}
    roles_held = list(user.appointments.in_force(day).filter(union=unit, role__in=roles).select_related("acting_for"))
    if not roles_held or any(row.acting_for is None for row in roles_held):
        return None
    return roles_held[0].acting_for


# ---- moving ------------------------------------------------------------------------------------------------------------


def move(report: Return, name: str, by: User, at: datetime, *, seen: int, seal: str = "", **given: Any) -> Return:
    """Make the move `name`. `seen`: the version of the row the person had before her; `seal`: of what she approves.

    Raises Forbidden (no right, second person), Refused (a condition is not met), Stale (someone was faster).
    """
    row = MOVES[name]
    reason = str(given.get("reason") or "").strip()
    if "reason" in row.asks and not reason:
        raise Refused.for_field("reason", "请写明原因。")
    # Read before the row is held: all figures from one moment, and no lock while a province is summed.
    filled = fill(reread(report), day_of(at)) if name in ("sign", "sign_zero") and may(report, row, by) else None
    with transaction.atomic():
        tree.hold_still()
        locked = lock(report, name, row, by, seen)
        match name:
            case "approve":
                approve(locked, by=by, at=at, seal=seal, opinion=reason)
            case "decline":
                decline(locked, by=by, at=at, opinion=reason)
            case "withdraw":
                withdraw(locked, by=by, at=at)
            case _:
                EFFECTS[name](locked, by, at, reason, filled)
                terms.keep(Return.objects.filter(pk=locked.pk), at)
        report = reread(report)
        if approval.is_waiting(report):
            approval.tell_if_nobody(report, at)
    return report


def reread(report: Return) -> Return:
    """As it stands now, with what its pages name."""
    return Return.objects.select_related("union", "receiver", "current").get(pk=report.pk)


def lock(report: Return, name: str, row: ReturnMove, by: User, seen: int) -> Return:
    """Its row locked, for someone who may make the move and saw it as it stands. Raises Forbidden, Stale."""
    locked = Return.objects.select_for_update(of=("self",)).select_related("union", "receiver").get(pk=report.pk)
    if not may(locked, row, by):
        raise Forbidden(_holders(locked, row))
    if locked.stage not in row.starts:
        raise Stale(f"这份报表现在是“{locked.get_stage_display()}”，不能“{row.label}”。可能已有人办理，请刷新页面。")
    if locked.version != seen:
        raise Stale("您打开页面之后这份报表有了变动，请查看最新内容后再办理。")
    return locked


def _holders(report: Return, row: ReturnMove) -> str:
    return f"“{row.label}”须由“{responsible_unit(report, row) or report.to}”的{holders_of(*row.rights)}办理。"


def _change_stage(
    report: Return, name: str, stage: ReturnStage, by: User, at: datetime, facts: dict[str, Any], **told: Any
) -> None:
    Return.objects.filter(pk=report.pk).update(
        stage=stage, version=F("version") + 1, changed_at=at, before=report.stage, **facts
    )
    unit = report.receiver if MOVES[name].at == "receiver" else report.union
    audit.record(report.stream, name.replace("_", "-"), by, at, union=unit, **told)


# ---- signing ------------------------------------------------------------------------------------------------------------


def _sign(report: Return, by: User, at: datetime, reason: str, filled: FilledReturn | None, nil: bool = False) -> None:
    if filled is None:  # the right came between filling and holding
        raise Stale("您的权限刚刚有了变动，请刷新页面后再签。")
    checked = _admitted(checking.remarks_on(report, filled, at), reason)
    _drop_unapproved(report)
    last = report.versions.order_by("-number").first()
    version = freezing.freeze(
        report,
        filled,
        last.number + 1 if last else 1,
        nil=nil,
        checked=checked,
        by=by,
        at=at,
        reason=report.amend_reason or (last.sent_back if last else ""),
        acting_for=acting_for(by, _PREPARE, report.union.in_charge(), day_of(at)),
        rulebook_digest=book.digest if (book := rulebook_for(report.rulebook, report.last)) else "",
    )
    for one in draft_corrections(report, filled.form):
        one.version, one.computed = version, Decimal(filled.computed[one.row][one.column])
        one.save(update_fields=["version", "computed"])
    report.corrections.filter(version=None).delete()  # of a layout that is gone
    if recomputing.recomputed(version) != version.cells:
        raise Stale("签字的同时台账有了变动，请核对最新数据后再签一次。")
    _change_stage(
        report, "sign_zero" if nil else "sign", S.SIGNED, by, at, {}, version=version.number, sha256=version.hash
    )


def _admitted(remarks: list[Remark], reason: str) -> Checked:
    """What was to be said of the figures. Raises Refused where they cannot be true, or where nobody says why they are so."""
    if barred := [one.text for one in remarks if one.bars]:
        raise Refused(f"强制性审核未通过，改正后才能签字：{''.join(barred)}")
    doubts = [one.text for one in remarks if one.asks]
    if doubts and not reason:
        raise Refused(
            f"有 {len(doubts)} 项需要说明，请填写情况说明后再签字：{''.join(doubts)}", {"reason": "请写明情况。"}
        )
    return Checked(remarks, reason if doubts else "")


def _sign_zero(report: Return, by: User, at: datetime, reason: str, filled: FilledReturn | None) -> None:
    if count := zero_reports.cases_against(report).count():
        raise Refused(f"台账中这一期间有 {count} 件案件，不能报零；请核对数据后签字报送。")
    if filled and filled.rows:
        raise Refused(f"本表列有 {len(filled.rows)} 行，不能报零；请核对数据后签字报送。")
    if filled and draft_corrections(report, filled.form):
        raise Refused("本表有手工改动的数字，不能报零；请先撤销改动，或正常签字报送。")
    _sign(report, by, at, reason, filled, nil=True)


def _drop_unapproved(report: Return) -> None:
    """What was signed and never approved makes room; its signature stays in the log."""
    for version in report.versions.filter(approved_at=None):
        version.corrections.update(version=None)
        version.delete()


def signed_version(report: Return) -> ReturnVersion:
    return report.versions.select_related("signed_by", "signed_for").get(approved_at=None)


# ---- approving ------------------------------------------------------------------------------------------------------------


class ReturnApproval(Approval[Return]):
    """What one person of the unit signed another sends out; nobody who wrote into it approves it."""

    model = Return
    listed = ApprovalList(
        "return", "报表", ("union",), "reporting/returns/approval_row.html", full_list="returns", query="list=approve"
    )
    unit = "union"
    this = "这份报表"
    changed = "审批内容与您看到的不一致，请重新查看后审批。"
    waits = S.SIGNED
    approved = Transition(S.SUBMITTED, "approve", "审批报出", "已审批，报表已报出。")
    declined = Transition(None, "decline", "退回制表人", "已退回制表人。")
    withdrawn = Transition(None, "withdraw", "撤回签字", "已撤回签字，可以修改。")
    decided = ()
    parts = ("union", "receiver")
    title = "审批报出"
    opinion_help = "退回时必填：写明要改什么。"

    def waits_since(self) -> Any:
        return F("changed_at")

    def asker(self) -> Any:
        signed = ReturnVersion.objects.filter(report=OuterRef("pk"), approved_at=None).order_by("-number")
        return Subquery(signed.values("signed_by")[:1])

    def seal(self, row: Return, at: datetime, lines: list[ShownLine] | None = None) -> str:
        """The figures as they were signed."""
        return signed_version(row).hash

    def excluded_people(self, row: Return) -> Iterator[ExcludedPeople]:
        version = signed_version(row)
        people = {
            "您是制表人": [version.signed_by_id],
            "您改动过本表的数据": version.corrections.values_list("by_id", flat=True),
            "您写过本表的文字说明": _authors(row),
        }
        yield ExcludedPeople(people, "制表人", version.signed_at)

    def excluded_ids(self) -> Any:
        signed = ReturnVersion.objects.filter(report=OuterRef("pk"), approved_at=None)
        stream = Concat(Value("return:"), Cast(OuterRef("pk"), CharField()))
        authors = Event.objects.filter(stream=stream, verb="write").exclude(by=None).order_by()
        correctors = signed.exclude(corrections=None).order_by().values("corrections__by")
        return joined(ids_of(self.asker()), ArraySubquery(authors.values("by")), ArraySubquery(correctors))

    def why_may_not_withdraw(self, row: Return, user: User) -> str | None:
        if not may(row, MOVES["withdraw"], user):
            return _holders(row, MOVES["withdraw"])
        return None if signed_version(row).signed_by_id == user.pk else "只有制表人可以撤回自己的签字。"

    def before_approve(self, row: Return, by: User, at: datetime) -> FieldValues:
        version = signed_version(row)
        version.approved_by, version.approved_at = by, at
        version.approved_for = acting_for(by, _DECIDE, row.union.in_charge(), day_of(at))
        version.save(update_fields=["approved_by", "approved_for", "approved_at"])
        denied = version.nil and zero_reports.cases_against(row).exists()
        return {
            "current": version,
            "submitted_at": row.submitted_at or at,
            "amend_reason": "",
            "contradicted_at": at if denied else None,
            "changed_at": at,
        }

    def before_decline(self, row: Return, by: User, at: datetime, opinion: str) -> FieldValues:
        return {"stage": S(row.before), "changed_at": at}

    before_withdraw = before_decline

    def move(self, row: Return, to: ReturnStage, **facts: Any) -> None:
        super().move(row, to, before=row.stage, version=row.version + 1, **facts)

    def record(self, row: Return, verb: str, by: User, at: datetime, reason: str) -> None:
        version = row.current if verb == "approve" else signed_version(row)
        assert version is not None
        told = {"version": version.number, "sha256": version.hash, "reason": reason}
        audit.record(row.stream, verb, by, at, union=row.union, **told)

    def after_approve(self, row: Return, by: User, at: datetime) -> None:
        terms.keep(Return.objects.filter(pk=row.pk), at)

    def after_decline(self, row: Return, by: User, at: datetime) -> None:
        _drop_unapproved(row)
        terms.keep(Return.objects.filter(pk=row.pk), at)

    after_withdraw = after_decline


approval = ReturnApproval()
approve, decline, withdraw = approval.approve, approval.decline, approval.withdraw


# ---- receiving, amending ----------------------------------------------------------------------------------------------------


def _receive(report: Return, by: User, at: datetime, reason: str, filled: FilledReturn | None) -> None:
    assert report.current is not None
    report.current.answered_by, report.current.answered_at = by, at
    report.current.save(update_fields=["answered_by", "answered_at"])
    _change_stage(report, "receive", S.RECEIVED, by, at, {}, version=report.current.number)


def _send_back(report: Return, by: User, at: datetime, reason: str, filled: FilledReturn | None) -> None:
    assert report.current is not None
    version = report.current
    version.answered_by, version.answered_at, version.sent_back = by, at, reason
    version.save(update_fields=["answered_by", "answered_at", "sent_back"])
    _carry_corrections_on(report, version)
    _change_stage(report, "send_back", S.RETURNED, by, at, {"current": None}, version=version.number, reason=reason)


def _amend(report: Return, by: User, at: datetime, reason: str, filled: FilledReturn | None) -> None:
    assert report.current is not None
    _carry_corrections_on(report, report.current)
    _change_stage(report, "amend", S.AMENDING, by, at, {"amend_reason": reason}, reason=reason)


def _carry_corrections_on(report: Return, version: ReturnVersion) -> None:
    """The next draft begins with what was corrected by hand before."""
    Correction.objects.bulk_create(
        Correction(
            report=report,
            row=one.row,
            column=one.column,
            computed=one.computed,
            given=one.given,
            reason=one.reason,
            by=one.by,
            at=one.at,
        )
        for one in version.corrections.all()
    )


def _drop_amendment(report: Return, by: User, at: datetime, reason: str, filled: FilledReturn | None) -> None:
    assert report.current is not None
    report.corrections.filter(version=None).delete()
    back = S.RECEIVED if report.current.answered_at else S.SUBMITTED
    _change_stage(report, "drop_amendment", back, by, at, {"amend_reason": "", "texts": report.current.texts})


Effect = Callable[[Return, User, datetime, str, "FilledReturn | None"], None]
EFFECTS: dict[str, Effect] = {
    "sign": _sign,
    "sign_zero": _sign_zero,
    "receive": _receive,
    "send_back": _send_back,
    "amend": _amend,
    "drop_amendment": _drop_amendment,
}
