"""Public-opinion events (SD-3.3): recorded, answered, handled, linked to the cases they are about."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from arrears.cases.models import Case
from arrears.serious.models import Opinion, Verdict
from arrears.serious.terms import keep_opinions
from unions.common.refusals import Forbidden, Refused, Stale, check_not_in_future
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree import actions as tree


def may_record(row: Opinion, user: User) -> bool:
    return user.may(Right.FILE, row.union.in_charge())


@transaction.atomic
def record(
    union: Union, title: str, source: str, where: str, heavy: bool, seen_at: datetime, by: User, at: datetime
) -> Opinion:
    """Record what was seen in public. Refused: seen later than now."""
    tree.hold_still()
    union = Union.objects.get(pk=union.pk)
    by.forget_grants()
    if not by.may(Right.FILE, union) or union.is_closed:
        raise Forbidden(f"您不能为“{union}”登记舆情。")
    check_not_in_future(seen_at, at, "seen_at", "发现时间")
    row = Opinion.objects.create(
        union=union,
        path=union.path,
        title=title.strip(),
        source=source,
        where=where.strip(),
        heavy=heavy,
        seen_at=seen_at,
        by=by,
        at=at,
    )
    _log(row, "opinion.see", by, at)
    return row


@transaction.atomic
def answer(row: Opinion, text: str, answered_at: datetime, by: User, at: datetime, *, seen: int) -> Opinion:
    """Record the first response; it meets the term of 第一时间介入."""
    row = _locked(row, by, seen)
    if row.answered_at is not None:
        raise Stale("首次回应已经登记。")
    check_not_in_future(answered_at, at, "when", "回应时间")
    if answered_at < row.seen_at:
        raise Refused("回应时间早于发现时间。", {"when": "不能早于发现时间。"})
    return _save(row, "opinion.answer", by, at, answered_at=answered_at, answer=_required_text(text))


@transaction.atomic
def handle(
    row: Opinion,
    text: str,
    handled_at: datetime,
    by: User,
    at: datetime,
    *,
    seen: int,
    verdict: str = Verdict.TRUE,
    statement: str = "",
) -> Opinion:
    """Record how it was handled. Refused: no first response yet, what proved untrue without the statement that set it right (SD-3.3b)."""
    row = _locked(row, by, seen)
    if row.answered_at is None:
        raise Refused("还没有登记首次回应，请先登记。")
    if row.handled_at is not None:
        raise Stale("处置结果已经登记。")
    check_not_in_future(handled_at, at, "when", "处置完毕时间")
    if handled_at < row.answered_at:
        raise Refused("处置完毕时间早于首次回应。", {"when": "不能早于首次回应。"})
    if verdict not in Verdict.values:
        raise Refused.for_field("verdict", "请选择处置结论。")
    if verdict == Verdict.UNTRUE and not statement.strip():
        raise Refused.for_field("statement", "结论为“不实，已澄清”的，请填写澄清声明。")
    said = {"verdict": verdict, "statement": statement.strip() if verdict == Verdict.UNTRUE else ""}
    return _save(row, "opinion.handle", by, at, handled_at=handled_at, outcome=_required_text(text), **said)


@transaction.atomic
def link(row: Opinion, case: Case, by: User, at: datetime, *, seen: int) -> Opinion:
    """Link a case. The caller has checked that `by` may see it."""
    row = _locked(row, by, seen)
    if row.cases.filter(pk=case.pk).exists():
        raise Refused.for_field("number", "这件案件已经关联。")
    row.cases.add(case)
    audit.record(case.stream, "opinion.link", by, at, union=row.union, opinion=row.pk)
    return _save(row, "opinion.link", by, at)


def _required_text(text: str) -> str:
    if not text.strip():
        raise Refused.for_field("text", "请写明经过和结果。")
    return text.strip()


def _locked(row: Opinion, by: User, seen: int) -> Opinion:
    """The event read anew and locked. Stale: changed since version `seen`."""
    row = Opinion.objects.select_for_update(of=("self",)).select_related("union").get(pk=row.pk)
    if not may_record(row, by):
        raise Forbidden(f"这件舆情由“{row.union.in_charge()}”登记办理。")
    if row.version != seen:
        raise Stale("您打开页面之后有了变动，请查看最新内容后再办理。")
    return row


def _save(row: Opinion, verb: str, by: User, at: datetime, **facts: object) -> Opinion:
    Opinion.objects.filter(pk=row.pk).update(version=F("version") + 1, **facts)
    row.refresh_from_db()
    _log(row, verb, by, at)
    return row


def _log(row: Opinion, verb: str, by: User, at: datetime) -> None:
    audit.record(row.stream, verb, by, at, union=row.union, title=row.title)
    keep_opinions([row.pk], at)
