"""The iCal feed of one person (RFC 5545): a secret address, due dates, no personal data."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event, vDuration

from arrears.law.editions.dues import Due
from arrears.law.models import CalendarFeed
from arrears.law.rules.deadlines import SHANGHAI
from unions.common.clauses import clause_name
from unions.log import audit
from unions.models import User

BEHIND, AHEAD = timedelta(days=90), timedelta(days=400)
BEFORE_DUE = timedelta(minutes=30)  # an hour given: the entry ends at it
ASKED_AGAIN = timedelta(hours=12)  # how often a program may ask for news


def renew(user: User, at: datetime) -> str:
    """A new secret token; the address before it is dead. Runs in the caller's transaction."""
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(user=user, defaults={"token_sha256": _digest(token), "made_at": at})
    audit.record(f"feed:{user.pk}", "renew_feed", user, at)
    return token


def owner(token: str) -> User | None:
    """Whose feed it is; None for an unknown token or an account out of use."""
    row = CalendarFeed.objects.select_related("user").filter(token_sha256=_digest(token)).first()
    return row.user if row and row.user.is_active else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def icalendar(dues: Iterable[Due], today: date) -> bytes:
    """The feed as bytes. The same dues give the same bytes all day, so that a program that asks often gets 304."""
    feed = Calendar()
    feed.add("version", "2.0")
    feed.add("prodid", "-//Xinbao//due dates//ZH")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", "薪报 报送和办理期限")
    feed.add("x-wr-timezone", "Asia/Shanghai")
    feed.add("refresh-interval", ASKED_AGAIN, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", vDuration(ASKED_AGAIN))
    stamp = datetime.combine(today, time.min, SHANGHAI).astimezone(UTC)
    for due in dues:
        feed.add_component(_event(due, stamp))
    content: bytes = feed.to_ical(sorted=False)
    return content


def _event(due: Due, stamp: datetime) -> Event:
    whose = "" if due.own else "（下级报送）"
    about = f"期间：{due.about}" if due.is_return else f"{due.about}，请登录薪报办理。"
    lines = [f"依据：{clause_name(due.clause, due.rulebook).name}"] if due.clause else []
    lines += [about, due.explanation]
    if due.provisional:
        lines.append("放假安排尚未公布，日期是暂定的。")
    start, end = _when(due)
    event = Event()
    event.add("uid", f"{due.uid}@xinbao")
    event.add("dtstamp", stamp)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", f"{due.title}{whose}")
    event.add("description", "\n".join(lines))
    event.add("status", "TENTATIVE" if due.provisional else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _when(due: Due) -> tuple[date, date]:
    """A day without an hour is a whole-day entry; its end does not belong to it."""
    if due.whole_day:
        day = due.at.date()
        return day, day + timedelta(1)
    return (due.at - BEFORE_DUE).astimezone(UTC), due.at.astimezone(UTC)
