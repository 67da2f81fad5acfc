"""The day of acceptance of a filed case is corrected: what was recognised on that day goes with it.

The 认定 that filing wrote is entered once more on the right day and answered on its own, so that no day has it twice. Nothing that
was frozen changes: a report holds its rows by their keys.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import F, QuerySet

from arrears.cases import ledger
from arrears.cases.models import Case, EntryKind, LedgerEntry
from unions.common.clock import day_of
from unions.common.limits import EARLIEST
from unions.common.refusals import Refused
from unions.models import User

FILED = "立案登记"  # begins the source of the entry that filing writes


def redate(case: Case, on: date | None, by: User, at: datetime) -> None:
    """Carry the first 认定 of `case`, which is held, to the day `on`. Refused where something else stands in between."""
    if on is None:
        raise _refused("案件已立案，受理日期不能留空。")
    if not EARLIEST <= on <= day_of(at):
        raise _refused("受理日期不能晚于今天，也不能早得不合情理，请核对年份。")
    first = _first(case)
    if first is None or first.on == on:
        return
    _check_between(case, first, on)
    source = f"{first.source}；受理日期由 {first.on} 更正为 {on}"[:200]
    numbers = {"workers": first.workers, "migrants": first.migrants, "amount": first.amount}
    # The new one first: between the two nothing is owed less than before.
    ledger.write(
        case,
        LedgerEntry(case=case, kind=first.kind, counts_as=first.kind, on=on, by=by, at=at, source=source, **numbers),
    )
    ledger.write(
        case,
        LedgerEntry(
            case=case,
            kind=EntryKind.REVERSED,
            counts_as=first.counts_as,
            cancels=first,
            on=first.on,
            by=by,
            at=at,
            workers=-first.workers,
            migrants=-first.migrants,
            amount=-first.amount,
            source=f"受理日期更正为 {on}",
        ),
    )


def _first(case: Case) -> LedgerEntry | None:
    """What filing recognised, as it stands; where it was answered since, the earliest 认定 that stands."""
    standing = [entry for entry in ledger.standing(case) if entry.kind == EntryKind.RECOGNISED]
    return min(standing, key=lambda entry: (not entry.source.startswith(FILED), entry.on, entry.pk), default=None)


def _check_between(case: Case, first: LedgerEntry, on: date) -> None:
    """Whatever else was entered on the days over which the 认定 would be carried would precede it, or stand beside it twice."""
    begin, end = sorted((first.on, on))
    between = _that_count(case).exclude(pk=first.pk).filter(on__gte=begin, on__lt=end).order_by("on", "pk")
    row = between.first()
    if row is None:
        return
    what = f"{row.on} 的“{row.get_kind_display()}”（{row.workers} 人，{row.amount:,.2f} 元）"
    mend = "请核对受理日期"
    if row.kind != EntryKind.REVERSED and not LedgerEntry.objects.filter(cancels=row).exists():
        mend = "请先在台账把它冲正到当日，再更正受理日期"
    if on > first.on and row.on > first.on:
        mend += f"；或把受理日期改为 {row.on} 或之前"
    raise _refused(f"更正受理日期时，{first.on} 的首笔认定要随之改记到 {on}，但台账中在此之间还有 {what}。{mend}。")


def _that_count(case: Case) -> QuerySet[LedgerEntry]:
    """Entries without those answered on their own day, and without such answers: no day knows them."""
    return case.entries.exclude(cancelled_by__on=F("on")).exclude(cancels__on=F("on"))


def _refused(sentence: str) -> Refused:
    return Refused(sentence, {"accepted_on": sentence})
