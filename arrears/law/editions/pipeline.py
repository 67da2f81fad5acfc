"""The one way of an edition: uploaded, read, looked at or tried, put in force by a second person, replaced or withdrawn.

Rulebooks (`uploads`, `rulebook_editions`) and forms (`reporting/forms/editions`) declare what differs: how their text is
read, what is checked before it is kept, what is shown before it is decided, and which day it may speak from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.db.models import QuerySet

from arrears.law.uploaded_edition import UploadedEdition
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, UnionKind, User
from unions.people.rights import Right

T = TypeVar("T")
U = TypeVar("U", bound=UploadedEdition)
ONE_DAY = timedelta(1)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_KEY, LONGEST_REASON = 60, 200


# Uploads -------------------------------------------------------------------------------------------------------------


def office_of(user: User) -> Union | None:
    """The province union where the user fills in returns, and so may bring in rulebooks and forms."""
    return Union.objects.filter(path__in=user.paths(Right.SUBMIT), kind=UnionKind.PROVINCE).first()


def shown_to(model: type[U], user: User) -> QuerySet[U]:
    """Uploads of the provinces where the user brings in or approves editions."""
    paths = {*user.paths(Right.SUBMIT), *user.paths(Right.APPROVE)}
    found: QuerySet[U] = model._default_manager.filter(office__path__in=paths, office__kind=UnionKind.PROVINCE)
    return found.select_related("office", "by", "decided_by")


def check_office(office: Union, by: User, what: str) -> None:
    """Raises Forbidden where `by` may not bring `what` in for this union."""
    if office.kind != UnionKind.PROVINCE or not by.may(Right.SUBMIT, office):
        raise Forbidden(f"{what}由省总工会的统计员上传，您没有这项权限。")


def is_key(text: str) -> bool:
    return bool(SLUG.fullmatch(text)) and len(text) <= LONGEST_KEY


def may_discard(edition: UploadedEdition, user: User) -> bool:
    """Whoever uploaded it, or the province's approver."""
    return user.pk == edition.by_id or user.may(Right.APPROVE, edition.office)


def locked(model: type[U], pk: int) -> U:
    """The row, with all editions of its key held: two who activate at once must not both replace the same one."""
    rows = model._default_manager.select_for_update().filter(
        key=model._default_manager.values_list("key", flat=True).get(pk=pk)
    )
    return next(row for row in rows.order_by("pk") if row.pk == pk)


def given_reason(text: str, what: str) -> str:
    """The reason as it is kept. Raises Refused where there is none."""
    if not text.strip():
        raise Refused(f"请写明{what}的理由。", {"reason": "请写明理由。"})
    return text.strip()[:LONGEST_REASON]


def record(edition: UploadedEdition, verb: str, by: User, at: datetime, **facts: object) -> Any:
    """Record what was done to an edition in the chain of its key."""
    return audit.record(edition.stream, verb, by, at, edition.office, upload=edition.pk, sha256=edition.digest, **facts)


# In force ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edition(Generic[T]):
    """One edition, read. `number` 1 is the first of its key. `upload` 0: the file delivered with the program, in force since ever.
    `entered_at`: when a second person put it in force; None for such a file.
    """

    content: T
    number: int
    first: date
    last: date | None
    upload: int = 0
    entered_at: datetime | None = None

    def speaks_on(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class Editions(Generic[T]):
    """All editions by key, the newest last, as the database stood at one moment: files of the program, and over them what was uploaded.

    `withdrawable`: an edition may end by itself, and the one before speaks again; else it only ends where the next begins.
    """

    withdrawable: ClassVar[bool]

    def __init__(self, rows: dict[str, list[Edition[T]]]) -> None:
        self.rows = rows

    @classmethod
    def over(
        cls, delivered: Mapping[str, T], uploads: type[UploadedEdition], parsed: Callable[[int, str, str], T]
    ) -> Self:
        """Put what was uploaded over the files delivered. One query; `parsed(pk, key, digest)` reads a text."""
        rows = {key: [Edition(content, 1, date.min, None)] for key, content in delivered.items()}
        standing = uploads._default_manager.filter(stage__in=uploads.standing)  # type: ignore[misc] # of the kind's own model
        found = standing.order_by("active_from", "decided_at", "id")
        names = ("pk", "key", "digest", "active_from", "active_until", "decided_at")
        for pk, key, digest, first, last, entered in found.values_list(*names):
            assert first is not None  # the database holds an active row to its day
            row = rows.setdefault(key, [])
            until = last if cls.withdrawable else None
            row.append(Edition(parsed(pk, key, digest), len(row) + 1, first, until, pk, entered))
        return cls(rows)

    def speaking(self, key: str, day: date) -> Edition[T] | None:
        """The edition for `day`: of those in force, the one activated for the latest day."""
        here = [edition for edition in self.rows.get(key, ()) if edition.speaks_on(day)]
        return here[-1] if here else None

    def newest(self, key: str) -> Edition[T] | None:
        """The edition activated for the latest day and not withdrawn: whose place a new one would take."""
        open_ended = [edition for edition in self.rows.get(key, ()) if edition.last is None]
        return open_ended[-1] if open_ended else None

    def at(self, day: date | None) -> dict[str, T]:
        """What speaks on `day` (None: what was activated last) by key in order."""
        found = {key: self.newest(key) if day is None else self.speaking(key, day) for key in sorted(self.rows)}
        return {key: edition.content for key, edition in found.items() if edition}

    def until(self, key: str, edition: Edition[T]) -> date | None:
        """The last day before another takes its place, or it was withdrawn; None: open."""
        ends = [one.first - ONE_DAY for one in self.rows[key][edition.number :] if one.last is None]
        return min([*ends, *([edition.last] if edition.last else [])], default=None)
