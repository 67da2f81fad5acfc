"""How often one may try within an hour. Rows of the database, so that every process counts alike.

What is counted is the caller's address or the number she typed, whether there is such a letter or not: being slowed
down confirms nothing. Neither is stored, only a keyed print of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from arrears.portal.models import WindowTally
from unions.common.refusals import Refused

HOUR, KEPT = timedelta(hours=1), timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    name: str
    most: int  # within one hour
    sentence: str


# Many workers of one site stand behind one address of their carrier.
LETTERS = Limit("letter", 30, "这个网络一小时内来信太多，请过一会儿再提交；填写的内容还在。着急的请直接打电话。")
UNPROVEN = Limit(
    "unproven", 5, "未经浏览器验算的来信，每个网络一小时限 5 封，请过一会儿再提交；填写的内容还在。着急的请直接打电话。"
)
LOOKUPS = Limit("lookup", 60, "查询太频繁，请过一小时再试。着急的请直接打电话。")
ONE_NUMBER = Limit("number", 12, LOOKUPS.sentence)
ADDITIONS = Limit("addition", 30, "补充太频繁，请过一会儿再提交。着急的请直接打电话。")


class TooMany(Refused):
    status = 429


def _key(name: str, what: str) -> str:
    return salted_hmac("arrears.portal", f"{name}:{what}", algorithm="sha256").hexdigest()


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def seen(name: str, what: str, at: datetime) -> bool:
    """Whether `what` was tried within that hour; nothing is counted."""
    return WindowTally.objects.filter(key=_key(name, what), since=_hour(at)).exists()


def count(name: str, what: str, at: datetime) -> int:
    """Count one more try of `what`; how many there were within this hour. Commits by itself, whatever comes of it."""
    key, since = _key(name, what), _hour(at)
    with transaction.atomic():
        WindowTally.objects.bulk_create([WindowTally(key=key, since=since)], ignore_conflicts=True)
        WindowTally.objects.filter(key=key, since=since).update(count=F("count") + 1)
        tried = WindowTally.objects.get(key=key, since=since).count
    if tried == 1:
        WindowTally.objects.filter(since__lt=at - KEPT).delete()
    return tried


def check(limit: Limit, what: str, at: datetime) -> None:
    """Raises TooMany."""
    if count(limit.name, what, at) > limit.most:
        raise TooMany(limit.sentence)
