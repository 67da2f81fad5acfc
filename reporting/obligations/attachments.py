"""Attaching a rulebook to a union: one proposes, another approves; from then on it holds there and below."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from reporting.models import Attachment
from reporting.rules.reader import shelf
from reporting.rules.rulebook import Rulebook
from unions import audit
from unions.appointments import stand_ins
from unions.clock import day_of
from unions.models import Union, User
from unions.refusals import Forbidden, Refused, Stale
from unions.rights import Right


@transaction.atomic
def propose(
    union: Union, rulebook: str, since: date, by: User, at: datetime, until: date | None = None,
    books: Mapping[str, Rulebook] | None = None,
) -> Attachment:  # fmt: skip
    """Ask that a rulebook hold at `union` from `since`. Nothing follows until it is approved."""
    if not by.may(Right.SUBMIT, union):
        raise Forbidden(f"须由「{union}」的统计员提出。")
    if rulebook not in (shelf() if books is None else books):
        raise Refused(f"没有规则“{rulebook}”，请从清单中选择。", {"rulebook": "请从清单中选择。"})
    if until is not None and until < since:
        raise Refused("止日早于起日，请改正。", {"until": "止日早于起日。"})
    if Attachment.objects.filter(union=union, rulebook=rulebook, since=since).exists():
        raise Stale("同一规则同一起日已经提出过，请刷新页面。")
    row = Attachment.objects.create(union=union, rulebook=rulebook, since=since, until=until, by=by, at=at)
    _note(row, "attach", by, at)
    return row


@transaction.atomic
def approve(row: Attachment, by: User, at: datetime) -> Attachment:
    """The second person's yes. Obligations of cases already there follow with the next rebuild, or the case's next move."""
    row = Attachment.objects.select_for_update(of=("self",)).select_related("union", "by").get(pk=row.pk)
    if row.approved_at is not None:
        raise Stale("这项适用已经批准，请刷新页面。")
    if not by.may(Right.APPROVE, row.union.in_charge()):
        raise Forbidden(f"须由「{row.union}」的审批人批准。")
    if row.by_id is not None and (by.pk == row.by_id or by.pk in stand_ins({row.by_id}, day_of(at))):
        raise Forbidden("您是提出人或其代理人，须由另一人批准。")
    row.approved_by, row.approved_at = by, at
    row.save(update_fields=["approved_by", "approved_at"])
    _note(row, "attach.approve", by, at)
    return row


def attach_as_delivered(at: datetime) -> int:
    """Attach every notice of the shelf to the union its file names, where that union exists; how many are new. For setting up a
    place: done by nobody, as `by` says.
    """
    units = {
        unit.code: unit for unit in Union.objects.filter(code__in=[b.attached_to for b in shelf().values()])
    }
    new = 0
    for book in shelf().values():
        if book.attached_to in units and not Attachment.objects.filter(rulebook=book.key).exists():
            row = Attachment.objects.create(
                union=units[book.attached_to], rulebook=book.key, since=book.first, at=at, approved_at=at
            )
            _note(row, "attach.approve", None, at)
            new += 1
    return new


def _note(row: Attachment, verb: str, by: User | None, at: datetime) -> None:
    audit.record(
        f"rulebook:{row.rulebook}",
        verb,
        by,
        at,
        union=row.union,
        since=row.since,
        until=row.until,
        attachment=row.pk,
    )
