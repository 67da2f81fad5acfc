"""The iCal feed of one person (RFC 5545): a secret address, due dates, no personal data."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from arrears.law.editions.dues import Due
from arrears.law.models import CalendarFeed
from arrears.law.rules.deadlines import SHANGHAI
from unions.log import audit
from unions.models import User

BEHIND, AHEAD = timedelta(days=90), timedelta(days=400)
BEFORE_DUE = timedelta(minutes=30)  # an hour given: the entry ends at it
FOLD = 75  # octets of a line, RFC 5545 3.1


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
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Xinbao//due dates//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text('薪报 报送和办理期限')}",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]
    for due in dues:
        lines += _event(due, _utc(datetime.combine(today, time.min, SHANGHAI)))
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(due: Due, stamp: str) -> list[str]:
    whose = "" if due.own else "（下级报送）"
    about = f"期间：{due.about}" if due.is_return else f"{due.about}，请登录薪报办理。"
    said = [f"依据：{due.notice}{due.clause}", about, due.explanation]
    if due.provisional:
        said.append("放假安排尚未公布，日期是暂定的。")
    return [
        "BEGIN:VEVENT",
        f"UID:{due.uid}@xinbao",
        f"DTSTAMP:{stamp}",
        *_when(due),
        f"SUMMARY:{_text(f'{due.title}{whose}')}",
        f"DESCRIPTION:{_text(chr(10).join(said))}",
        f"STATUS:{'TENTATIVE' if due.provisional else 'CONFIRMED'}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _when(due: Due) -> list[str]:
    """A day without an hour is a whole-day entry; its end does not belong to it."""
    if due.whole_day:
        day = due.at.date()
        return [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(1):%Y%m%d}"]
    return [f"DTSTART:{_utc(due.at - BEFORE_DUE)}", f"DTEND:{_utc(due.at)}"]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """RFC 5545 3.3.11."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, never cut inside a character; a continuation begins with a blank."""
    part, size = "", 0
    for letter in line:
        length = len(letter.encode())
        if size + length > FOLD:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + length
    yield part
