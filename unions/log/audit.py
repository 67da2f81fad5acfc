"""Writing and checking the hash-chained event log.

`record` is the only way in; it must run inside the transaction of the act it records.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from unions.common.pg_copy import copy_rows
from unions.models import Event, Seal, Union, User

# How long a seal waits for writers that began before it; a longer one leaves the work to the next hour.
SEAL_PATIENCE = 20.0


def plain(value: Any) -> Any:
    """`value` as JSON stores it: dates in ISO form, Decimal as text, containers walked through."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
    raise TypeError(f"an event cannot hold {type(value).__name__}")


def digest(content: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of `content`."""
    text = json.dumps(plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _hash(event: Event) -> str:
    # In UTC, so that a reader of the database in any time zone computes the same.
    at = event.at.astimezone(ZoneInfo("UTC")).isoformat()
    return digest([event.prev, event.stream, event.seq, event.verb, event.by_id, event.union_id, at, event.data])


def record(stream: str, verb: str, by: User | None, at: datetime, union: Union | None = None, **data: Any) -> Event:
    """Append one event to `stream`. Concurrent writers of one stream queue up behind each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [stream])
    last = Event.objects.filter(stream=stream).order_by("-seq").only("seq", "hash").first()
    event = Event(
        stream=stream,
        seq=last.seq + 1 if last else 1,
        prev=last.hash if last else "",
        verb=verb,
        by=by,
        union=union,
        at=at,
        data=plain(data),
    )
    event.hash = _hash(event)
    event.save(force_insert=True)
    return event


def record_births(events: Iterable[Event]) -> None:
    """First events of new streams, written in bulk (import). `stream`, `verb`, `by`, `at`, `data` are set."""
    copy_rows(Event, _COLUMNS, (_birth(event) for event in events))


_COLUMNS = ["stream", "seq", "verb", "by_id", "union_id", "at", "data", "prev", "hash"]


def _birth(event: Event) -> list[Any]:
    event.seq, event.prev, event.data = 1, "", plain(event.data)
    event.hash = _hash(event)
    return [getattr(event, name) for name in _COLUMNS]


@dataclass(frozen=True)
class Break:
    """Where the log does not hold: the stream, the place in it, and why (Chinese)."""

    stream: str
    seq: int
    why: str


def broken_links(only: str = "") -> Iterator[Break]:
    """Walk every stream (or `only` one) in order; yields what does not hold. Reads with a server-side cursor."""
    events = Event.objects.filter(stream=only) if only else Event.objects.all()
    stream, seq, prev = "", 0, ""
    for event in events.order_by("stream", "seq").iterator(chunk_size=5000):
        if event.stream != stream:
            stream, seq, prev = event.stream, 0, ""
        if event.seq != seq + 1:
            yield Break(stream, event.seq, f"缺少第 {seq + 1} 条记录")
        elif event.prev != prev:
            yield Break(stream, event.seq, "与上一条记录的校验值不相接")
        if _hash(event) != event.hash:
            yield Break(stream, event.seq, "内容与校验值不符，记录被改动过")
        seq, prev = event.seq, event.hash


def _seal_digest(before: str, after_id: int, last_id: int) -> tuple[str, int]:
    running, count = hashlib.sha256(before.encode()), 0
    hashes = Event.objects.filter(id__gt=after_id, id__lte=last_id).order_by("id").values_list("hash", flat=True)
    for value in hashes.iterator(chunk_size=20000):
        running.update(value.encode())
        count += 1
    return running.hexdigest(), count


@transaction.atomic
def seal(at: datetime) -> Seal | None:
    """Seal every event settled by now; None when there is nothing new, or a writer keeps us waiting too long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('seal', 0))")
    before = Seal.objects.order_by("-id").first()
    after_id = before.last_event_id if before else 0
    given_out = _last_id_given_out()
    if not _writers_gone():
        return None
    last = Event.objects.filter(id__gt=after_id, id__lte=given_out).order_by("-id").first()
    if last is None:
        return None
    value, count = _seal_digest(before.digest if before else "", after_id, last.id)
    return Seal.objects.create(last_event_id=last.id, events=count, at=at, digest=value)


def _last_id_given_out() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('unions_event', 'id')), 0)")
        (value,) = cursor.fetchone()
    return int(value)


def _writers_gone() -> bool:
    """Wait for the transactions that are writing events now: an id given out before may not be visible yet.

    `at` says nothing about it: an import writes events of one moment for minutes, a replay events of last year.
    """
    deadline, waiting_for = time.monotonic() + SEAL_PATIENCE, _writers()
    while waiting_for:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
        waiting_for &= _writers()
    return True


def _writers() -> set[str]:
    """The other transactions that have written to the event table and not ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE relation = 'unions_event'::regclass"
            " AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return {name for (name,) in cursor.fetchall()}


def broken_seals() -> Iterator[Break]:
    before, after_id = "", 0
    for row in Seal.objects.order_by("id"):
        value, count = _seal_digest(before, after_id, row.last_event_id)
        if (value, count) != (row.digest, row.events):
            yield Break("seal", row.id, f"封存校验不符：应有 {row.events} 条记录，现有 {count} 条")
        before, after_id = row.digest, row.last_event_id
