"""Opening returns ahead of time: for every obliged unit and period of every rulebook, a row before anyone asks for it.

Safe at any moment and any number of times: the key of a return is unique, and each rule and period is one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef

from arrears.imports.copying import reserve
from arrears.law.calendar import calendar_at
from reporting.returns import terms
from reporting.returns.models import Return, ReturnStage, Waiver
from reporting.returns.schedule import (
    HORIZON,
    FallingDue,
    due_between,
    has_begun,
    obliged_units,
    onward_due,
    receivers_of,
)
from unions.common.clock import day_of
from unions.common.pg_copy import copy_rows, count_anew
from unions.log import audit
from unions.models import Event, Union
from unions.tree import actions as tree

MANY = 5000
LONGEST_PAST = timedelta(days=366 * 3)  # of a notice entered late: what fell due before is not asked for any more
STREAM, CLOCK = "returns", "returns:clock"
LOCK = "returns-opening"


def open_due(at: datetime) -> int:
    """Open every return whose period has begun; how many.

    Begins where the last opening that was completed began: a clock that was down, or broke off, loses nothing.
    """
    reached = _last_opened()
    count = open_between(min(day_of(reached or at), day_of(at)), day_of(at) + HORIZON, at)
    if count or not reached:
        with transaction.atomic():
            audit.record(CLOCK, "reach", None, at, count=count)
    return count


def _last_opened() -> datetime | None:
    """When all returns were last opened; before that ever happened, when the first one was."""
    last = Event.objects.filter(stream=CLOCK).order_by("-seq").values_list("at", flat=True).first()
    first: datetime | None = Return.objects.aggregate(first=Min("opened_at"))["first"]
    return last or first


def open_between(first: date, last: date, at: datetime, only: str = "", rules: Collection[str] = ()) -> int:
    """Open every return due in [`first`, `last`] whose period has begun (of the rulebook `only` and its entries `rules`, where
    named). How many."""
    count = 0
    for wanted in due_between(first, last, calendar_at(), only):
        if has_begun(wanted.one, day_of(at)) and (not rules or wanted.rule.name in rules):
            count += open_one(wanted, at)
    if count > MANY:
        count_anew(Return)
    return count


def open_entered(at: datetime, rulebook: str = "", form: str = "") -> int:
    """Open what an act on a rulebook or a form brings (of this one), from the notice's own day on; how many.

    What came with the program begins with the day it was set up: its past is no news.
    """
    count, today = 0, day_of(at)
    for wanted in due_between(today - LONGEST_PAST, today + HORIZON, calendar_at(), rulebook):
        news = wanted.entered_at is not None or day_of(wanted.one.due_at) >= today
        if news and has_begun(wanted.one, today) and form in ("", wanted.rule.form):
            count += open_one(wanted, at)
    return count


def open_after_rulebook(rulebook: str, at: datetime) -> int:
    return open_entered(at, rulebook=rulebook)


def open_after_form(form: str, at: datetime) -> int:
    return open_entered(at, form=form)


@transaction.atomic
def open_one(wanted: FallingDue, at: datetime) -> int:
    """Write the returns of one entry and period that do not exist yet, with their terms."""
    tree.hold_still()
    with connection.cursor() as cursor:  # two clocks at once: the second finds everything there
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [LOCK])
    home = Union.objects.get(pk=wanted.union)
    rows = list(_rows(wanted, home, at))
    if not rows:
        return 0
    fields = ["id", *rows[0]]
    new = [Return(id=pk, **row) for pk, row in zip(reserve(Return, len(rows)), rows, strict=True)]
    copy_rows(Return, fields, ([getattr(report, name) for name in fields] for report in new))
    terms.keep_new(new)
    audit.record(
        f"{STREAM}:{wanted.book.key}",
        "open",
        None,
        at,
        union=home,
        rule=wanted.rule.name,
        period=wanted.one.period.label,
        count=len(rows),
    )
    return len(rows)


def _rows(wanted: FallingDue, home: Union, at: datetime) -> Iterator[dict[str, Any]]:
    one, rule = wanted.one, wanted.rule
    there = Return.objects.of_period(wanted.book.key, rule.name, one.period.label)
    below = obliged_units(home, rule, one.period).filter(~Exists(there.filter(union=OuterRef("pk"))))
    units = list(below.only("pk", "path", "kind", "parent_id").order_by("pk"))
    waived = _waivers(wanted)
    above = receivers_of(units)
    for unit in units:
        receiver = above.get(unit.pk)
        waiver = waived.get(unit.pk)
        yield _row(wanted, unit, at) | {
            "due_at": one.due_at,
            "receiver_id": receiver,
            "compiles": False,
            "receiver_name": "" if receiver else rule.receiver,
            "waiver_id": waiver,
            "stage": ReturnStage.WAIVED if waiver else ReturnStage.OPEN,
        }
    if rule.onward:
        receivers = {receiver for receiver in above.values() if receiver}
        yield from _onward(wanted, receivers, at)


def _onward(wanted: FallingDue, receivers: Iterable[int], at: datetime) -> Iterator[dict[str, Any]]:
    """The compilations that the receivers send on."""
    there = Return.objects.of_period(wanted.book.key, wanted.rule.name, wanted.one.period.label)
    new = Union.objects.filter(pk__in=receivers).exclude(pk__in=there.values("union"))
    for unit in new:
        yield _row(wanted, unit, at) | {
            "due_at": onward_due(wanted.one),
            "receiver_id": None,
            "compiles": True,
            "receiver_name": wanted.rule.onward,
            "waiver_id": None,
            "stage": ReturnStage.OPEN,
            "silence_is_zero": False,
        }


def _row(wanted: FallingDue, unit: Union, at: datetime) -> dict[str, Any]:
    one, rule, backfilled = wanted.one, wanted.rule, wanted.backfilled
    return {
        "rulebook": wanted.book.key,
        "rule": rule.name,
        "period": one.period.label,
        "union_id": unit.pk,
        "path": unit.path,
        "clause": rule.clause,
        "title": rule.title,
        "form": rule.form,
        "first": one.period.first,
        "last": one.period.last,
        "explanation": one.explanation,
        "calendar_version": wanted.calendar.version,
        "provisional": one.provisional,
        "silence_is_zero": rule.silence == "zero" and not backfilled,  # who could not know has not said zero
        "backfilled": backfilled,
        "before": "",
        "version": 0,
        "texts": {},
        "amend_reason": "",
        "opened_at": at,
        "changed_at": at,
    }


def _waivers(wanted: FallingDue) -> dict[int, int]:
    """Unit → the waiver that covers this period."""
    rows = Waiver.objects.filter(
        rulebook=wanted.book.key, rule=wanted.rule.name, approved=True, until__gte=wanted.one.period.last
    )
    return dict(rows.values_list("union_id", "pk"))
