"""Publishing an announcement, ending it, putting it aside."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import Announcement, AnnouncementDismissal, Union, User, under
from unions.people.rights import Right


def published_at(user: User) -> Any:
    """Units for which she may publish: those whose people she appoints, or whose place in the tree she keeps."""
    paths = [*user.paths(Right.PEOPLE), *user.paths(Right.STRUCTURE)]
    return Union.objects.filter(under(paths), valid_until=None)


def may_publish(user: User, union: Union) -> bool:
    return user.may(Right.PEOPLE, union) or user.may(Right.STRUCTURE, union)


def _check_may_publish(user: User, union: Union) -> None:
    if not may_publish(user, union):
        raise Forbidden(f"“{union}”的公告由该单位或上级的单位管理员、系统管理员发布。")


@transaction.atomic
def publish(union: Union, facts: dict[str, Any], by: User, at: datetime) -> Announcement:
    """`facts`: title, text, since, until (the last day). Refused: a last day before the first, or one that is over."""
    _check_may_publish(by, union)
    if facts["until"] < facts["since"]:
        raise Refused.for_field("until", "止日早于起日。")
    if facts["until"] < day_of(at):
        raise Refused.for_field("until", "止日已过，公告不会显示；请填写今天或以后的日期。")
    row = Announcement.objects.create(union=union, by=by, at=at, **facts)
    audit.record(f"union:{union.pk}", "announcement.publish", by, at, union=union, title=row.title, until=row.until)
    return row


@transaction.atomic
def end(row: Announcement, by: User, at: datetime) -> None:
    """From today it is shown no more."""
    _check_may_publish(by, row.union)
    today: date = day_of(at)
    if not Announcement.objects.filter(pk=row.pk, ended_on=None).update(ended_on=today):
        raise Stale("公告已经结束，请刷新页面。")
    audit.record(f"union:{row.union_id}", "announcement.end", by, at, union=row.union, title=row.title, on=today)


def dismiss(row: Announcement, by: User, at: datetime) -> None:
    AnnouncementDismissal.objects.get_or_create(announcement=row, user=by, defaults={"at": at})
