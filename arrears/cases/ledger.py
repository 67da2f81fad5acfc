"""Posting to the ledger and reading balances from it. There is no other way to say a number of people or money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from operator import add
from typing import Any

from django.db import transaction
from django.db.models import Case as Choose
from django.db.models import F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from arrears.cases.models import UNFINISHED, Case, EntryKind, Fund, LedgerEntry, State
from arrears.cases.signals import case_changed
from unions.common.clock import day_of
from unions.common.features import provided
from unions.common.limits import EARLIEST, MOST_MONEY, MOST_PEOPLE
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User
from unions.people.rights import Right

OWED = (EntryKind.RECOGNISED, EntryKind.ADJUSTED)
RESOLVED = (EntryKind.PAID, EntryKind.ADVANCED)
TENTH = Decimal("0.1")
SETTLING = (*RESOLVED, EntryKind.UNTRUE)  # they answer what was recognised
TAKES_ENTRIES = frozenset({State.CLUE, State.OPEN, State.LEGAL})


@dataclass(frozen=True)
class Sums:
    """People (人) and money (元)."""

    workers: int = 0
    migrants: int = 0
    amount: Decimal = Decimal(0)

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.workers - other.workers, self.migrants - other.migrants, self.amount - other.amount)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.workers + other.workers, self.migrants + other.migrants, self.amount + other.amount)

    def __bool__(self) -> bool:
        return bool(self.workers or self.migrants or self.amount)


@dataclass(frozen=True)
class Balance:
    """What the ledger says of a case: 欠薪发生数, 已处理数, 不属实, and what is still outstanding."""

    owed: Sums = Sums()
    resolved: Sums = Sums()
    untrue: Sums = Sums()

    @property
    def outstanding(self) -> Sums:
        return self.owed - self.resolved - self.untrue

    @property
    def share_resolved(self) -> Decimal | None:
        """Percent of the money that has been settled, one decimal half up; 0 and 100 only where nothing or all of it is. None
        where no money is due."""
        due, settled = self.owed.amount - self.untrue.amount, self.resolved.amount
        if not due:
            return None
        if settled >= due:
            return Decimal(100)
        if settled <= 0:
            return Decimal(0)
        return min(max((settled * 100 / due).quantize(TENTH, ROUND_HALF_UP), TENTH), 100 - TENTH)


def columns(prefix: str = "") -> dict[str, Coalesce]:
    """The nine conditional sums of a balance, for `.aggregate()` or `.annotate()` over entries."""
    kinds = {"owed": OWED, "resolved": RESOLVED, "untrue": (EntryKind.UNTRUE,)}
    return {
        f"{name}_{number}": Coalesce(
            Sum(f"{prefix}{number}", filter=Q(**{f"{prefix}counts_as__in": counted})),
            Decimal(0) if number == "amount" else 0,
        )
        for name, counted in kinds.items()
        for number in ("workers", "migrants", "amount")
    }


def signed(number: str) -> Choose:
    """What one entry adds to what is outstanding: what is owed counts up, what is settled or untrue down."""
    return Choose(When(counts_as__in=OWED, then=F(number)), default=-F(number))


def left_columns() -> dict[str, Coalesce]:
    """`left_workers`, `left_migrants`, `left_amount`: outstanding, for `.aggregate()` or `.annotate()` over entries."""
    numbers = {"workers": 0, "migrants": 0, "amount": Decimal(0)}
    return {f"left_{number}": Coalesce(Sum(signed(number)), nothing) for number, nothing in numbers.items()}


def of_unfinished() -> QuerySet[LedgerEntry]:
    """Entries of cases that are not finished, clues nobody has verified among them: 未解决 is their sum."""
    return LedgerEntry.objects.filter(case__state__in=UNFINISHED)


def balance_of(row: Mapping[str, Any]) -> Balance:
    """The balance a row of `columns()` says."""
    return Balance(
        *(
            Sums(*(row[f"{name}_{number}"] for number in ("workers", "migrants", "amount")))
            for name in ("owed", "resolved", "untrue")
        )
    )


def balances(case_ids: Iterable[int], as_of: date | None = None) -> dict[int, Balance]:
    """Case id → balance, in one query; entries dated after `as_of` left out. Every id asked for is answered."""
    ids = list(case_ids)
    entries = LedgerEntry.objects.filter(case_id__in=ids)
    if as_of is not None:
        entries = entries.filter(on__lte=as_of)
    sums: dict[int, dict[str, Sums]] = {pk: {} for pk in ids}
    # Plain sums by column and a little addition here: a third of the time of nine conditional sums.
    rows = entries.order_by().values_list("case_id", "counts_as")
    for pk, kind, *numbers in rows.annotate(Sum("workers"), Sum("migrants"), Sum("amount")):
        sums[pk][kind] = Sums(*numbers)
    return {pk: _folded(of_kind) for pk, of_kind in sums.items()}


def _folded(of_kind: Mapping[str, Sums]) -> Balance:
    none = Sums()
    owed, resolved = (reduce(add, (of_kind.get(kind, none) for kind in kinds), none) for kinds in (OWED, RESOLVED))
    return Balance(owed, resolved, of_kind.get(EntryKind.UNTRUE, none))


def balance(case: Case, as_of: date | None = None) -> Balance:
    return balances([case.pk], as_of)[case.pk]


def total(entries: QuerySet[LedgerEntry]) -> Balance:
    """The balance of many entries at once."""
    return balance_of(entries.order_by().aggregate(**columns()))


def with_outstanding(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases annotated with `outstanding_amount`, for sorting and charts."""
    return cases.annotate(**columns("entries__")).annotate(
        outstanding_amount=F("owed_amount") - F("resolved_amount") - F("untrue_amount")
    )


@transaction.atomic
def post(
    case: Case,
    kind: EntryKind,
    on: date,
    by: User,
    at: datetime,
    *,
    workers: int = 0,
    migrants: int = 0,
    amount: Decimal = Decimal(0),
    source: str = "",
) -> LedgerEntry:
    """Write one entry into the books of `case`. Refused where any day would end with less than nothing outstanding.

    `workers`, `migrants` in people, `amount` in yuan (2 places). 调整 may be negative; every other kind may not.
    垫付 is asked for and approved first: safety_nets.drawings.
    """
    case = lock(case)
    check_right(case, by)
    if kind == EntryKind.REVERSED:
        raise Refused("冲正须指明被冲正的条目，请在该条目旁办理。")
    if kind == EntryKind.ADVANCED:
        raise Refused("垫付须选定资金并由第二人审批，请在台账页“提出垫付”。", {"kind": "垫付请用“提出垫付”。"})
    entry = LedgerEntry(
        case=case,
        kind=kind,
        counts_as=kind,
        on=on,
        by=by,
        at=at,
        workers=workers,
        migrants=migrants,
        amount=amount,
        source=source.strip(),
    )
    _check_shape(entry, at)
    return write(case, entry)


def advance(
    case: Case,
    on: date,
    by: User,
    at: datetime,
    *,
    workers: int,
    migrants: int,
    amount: Decimal,
    fund: str,
    source: str,
) -> LedgerEntry:
    """垫付 that a second person has agreed to; posted by safety_nets.drawings alone. The case is held."""
    _check_open(case)
    entry = LedgerEntry(
        case=case,
        kind=EntryKind.ADVANCED,
        counts_as=EntryKind.ADVANCED,
        on=on,
        by=by,
        at=at,
        workers=workers,
        migrants=migrants,
        amount=amount,
        fund=fund,
        source=source.strip()[:200],
    )
    _check_shape(entry, at)
    return write(case, entry)


@transaction.atomic
def reverse(entry: LedgerEntry, on: date, by: User, at: datetime, source: str) -> LedgerEntry:
    """冲正: answer a mistaken entry with one that names and cancels it. `on` may not precede the mistake."""
    case = lock(entry.case)
    check_right(case, by)
    if entry.kind == EntryKind.REVERSED:
        raise Refused("冲正条目不能再冲正；如需恢复，请重新登记一笔。")
    if LedgerEntry.objects.filter(cancels=entry).exists():
        raise Stale("这一笔已经冲正过了，请刷新页面查看。")
    if not source.strip():
        raise Refused("请写明冲正的原因。", {"source": "请写明原因。"})
    if on < entry.on:
        raise Refused(f"冲正日期不能早于原条目的日期 {entry.on}。", {"on": "日期过早。"})
    if on > day_of(at):
        raise Refused.for_field("on", "日期不能晚于今天。")
    answered = write(
        case,
        LedgerEntry(
            case=case,
            kind=EntryKind.REVERSED,
            counts_as=entry.counts_as,
            cancels=entry,
            on=on,
            by=by,
            at=at,
            workers=-entry.workers,
            migrants=-entry.migrants,
            amount=-entry.amount,
            fund=entry.fund,
            source=source.strip(),
        ),
    )
    if entry.counts_as == EntryKind.ADVANCED:
        _follow_reversals([answered], by, at)
    return answered


def lock(case: Case) -> Case:
    """The case as it is now, its row held until the transaction ends. Stale when it was a draft and is gone."""
    found = Case.objects.select_for_update().filter(pk=case.pk).first()
    if found is None:
        raise Stale("这份草稿已被删除，请回到案件列表查看。")
    return found


def check_right(case: Case, by: User) -> None:
    if not by.may(Right.HANDLE, case.handling_union.in_charge()):
        raise Forbidden(f"本案由“{case.handling_union.in_charge()}”承办，台账由该单位经办人登记。")
    _check_open(case)


def may_post(case: Case, user: User) -> bool:
    """Whether `check_right` lets her post."""
    return case.state in TAKES_ENTRIES and user.may(Right.HANDLE, case.handling_union.in_charge())


def _check_open(case: Case) -> None:
    if case.state not in TAKES_ENTRIES:
        raise Refused(f"案件{State(case.state).label}，不能再记账。")


def write(case: Case, entry: LedgerEntry) -> LedgerEntry:
    """Save `entry` if every day stays natural; note and announce it. The case's row is already locked."""
    check_days(case, entry)
    entry.save(force_insert=True)
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=entry.at, last_edited_by=entry.by)
    case.refresh_from_db()
    record(case, entry)
    case_changed.send(Case, case=case, verb="entry", by=entry.by, at=entry.at)
    return entry


def record(case: Case, entry: LedgerEntry) -> None:
    """What was entered, into the chain of the case."""
    audit.record(
        case.stream,
        f"entry.{entry.kind}",
        entry.by,
        entry.at,
        union=case.handling_union,
        entry=entry.pk,
        on=entry.on,
        workers=entry.workers,
        migrants=entry.migrants,
        amount=entry.amount,
        cancels=entry.cancels_id,
    )


# ---- every day by itself --------------------------------------------------------------------------------------------


def check_days(case: Case, entry: LedgerEntry, field: str = "on") -> None:
    """Refused where a day from `entry.on` onward would end with less than nothing outstanding, or an answer precedes what it answers.

    A table may be asked as of any day, so the last balance is not enough. A reversed entry counts until the day of its 冲正.
    `field`: of the form in which the day was given.
    """
    if entry.kind in SETTLING:
        _check_begun(case, entry, field)
    days = _ends_of_days(case, entry)
    for name, unit, number in (("人数", "人", "workers"), ("农民工人数", "人", "migrants"), ("金额", "元", "amount")):
        change = getattr(entry, number) * (1 if entry.counts_as in OWED else -1)
        if change < 0:  # what adds to the outstanding mends, whatever stood there before
            left = [(day, Decimal(getattr(end.outstanding, number))) for day, end in days]
            _check_left(entry, left, name, unit, field)
    if entry.counts_as in OWED and any(end.owed.migrants > end.owed.workers for _, end in days):
        raise Refused("认定的农民工人数多于总人数，请核对。")


def _check_begun(case: Case, entry: LedgerEntry, field: str) -> None:
    """Nothing is paid or found untrue before it was recognised, nor before the case was there."""
    owed = next((day for day, end in _ends_of_days(case) if end.owed.workers or end.owed.amount), None)
    label = EntryKind(entry.kind).label
    if owed is None:
        raise Refused(f"台账中没有认定的人数和金额，请先记“认定”，再记“{label}”。")
    begun = max(owed, case.accepted_on or owed)
    if entry.on < begun:
        raise Refused(
            f"本案自 {begun} 起才有认定，“{label}”不能早于这一天。请把日期改为 {begun} 或之后；此前已付的，不计入认定数。",
            {field: f"不能早于 {begun}。"},
        )


def _check_left(entry: LedgerEntry, left: list[tuple[date, Decimal]], name: str, unit: str, field: str) -> None:
    short = {day: -value for day, value in left if value < 0}
    if not short:
        return
    last, mend = max(short), "请核对后再记。"
    if entry.kind == EntryKind.REVERSED:
        mend = "请先冲正多出的清偿、垫付或不属实，再冲正这一笔。"
    if last == left[-1][0]:
        raise Refused(f"记入后解决的{name}已超过欠薪数（多出 {short[last]:,} {unit}），{mend}")
    free = next(day for day, _ in left if day > last)
    first = min(short)
    why = f"台账中有一笔到 {free} 才冲正，此前各日仍计入"
    if not entry.case.entries.filter(on=free, kind=EntryKind.REVERSED).exclude(counts_as__in=OWED).exists():
        why = f"欠薪数到 {free} 才增加"
    raise Refused(
        f"记在 {entry.on}，截至 {first} 解决的{name}就超过了当日的欠薪数（多出 {short[first]:,} {unit}）：{why}。"
        f"请把日期改为 {free} 或之后。",
        {field: f"请填 {free} 或之后。"},
    )


def _ends_of_days(case: Case, entry: LedgerEntry | None = None) -> list[tuple[date, Balance]]:
    """The balance at the end of every day with entries; with one more `entry`, of the days from its own onward."""
    daily: dict[date, dict[str, Sums]] = {}
    rows = LedgerEntry.objects.filter(case_id=case.pk).order_by().values_list("on", "counts_as")
    for on, kind, *numbers in rows.annotate(Sum("workers"), Sum("migrants"), Sum("amount")):
        daily.setdefault(on, {})[kind] = Sums(*numbers)
    if entry is not None:
        there = daily.setdefault(entry.on, {})
        more = Sums(entry.workers, entry.migrants, entry.amount)
        there[entry.counts_as] = there.get(entry.counts_as, Sums()) + more
    ends: list[tuple[date, Balance]] = []
    so_far: dict[str, Sums] = {}
    for day in sorted(daily):
        for kind, more in daily[day].items():
            so_far[kind] = so_far.get(kind, Sums()) + more
        ends.append((day, _folded(so_far)))
    return [end for end in ends if entry is None or end[0] >= entry.on]


def _check_shape(entry: LedgerEntry, at: datetime) -> None:
    """Refuse an entry that no case could carry, whatever is on its books."""
    faults = _faults_of_kind(entry) | _faults_of_size(entry, day_of(at))
    if faults:
        raise Refused("；".join(sorted(set(faults.values()))), faults)


def _faults_of_kind(entry: LedgerEntry) -> dict[str, str]:
    """What an entry of its kind must say and does not: field → sentence."""
    faults: dict[str, str] = {}
    if not (entry.workers or entry.migrants or entry.amount):
        faults["amount"] = "人数和金额不能都是 0。"
    if entry.kind != EntryKind.ADJUSTED:
        if entry.workers < 0 or entry.migrants < 0:
            faults["workers"] = "人数不能是负数；减少请用“调整”。"
        if entry.amount < 0:
            faults["amount"] = "金额不能是负数；减少请用“调整”，更正请用“冲正”。"
        if entry.migrants > entry.workers:
            faults["migrants"] = "其中农民工人数不能多于人数。"
    if entry.kind == EntryKind.ADVANCED and entry.fund not in Fund.values:
        faults["fund"] = "垫付须注明资金来源。"
    if entry.kind in (EntryKind.ADJUSTED, EntryKind.UNTRUE) and not entry.source:
        faults["source"] = "请写明依据。"
    return faults


def _faults_of_size(entry: LedgerEntry, today: date) -> dict[str, str]:
    """Days and numbers that can only be a slip of the pen: field → sentence."""
    faults: dict[str, str] = {}
    if entry.on > today:
        faults["on"] = "日期不能晚于今天。"
    if entry.on < EARLIEST:
        faults["on"] = "日期过早，请核对年份。"
    if max(abs(entry.workers), abs(entry.migrants)) > MOST_PEOPLE:
        faults["workers"] = "人数过大，请核对。"
    if abs(entry.amount) > MOST_MONEY:
        faults["amount"] = "金额过大，请核对单位是否为元。"
    elif entry.amount != entry.amount.quantize(Decimal("0.01")):
        faults["amount"] = "金额最多两位小数。"
    return faults


def standing(case: Case) -> list[LedgerEntry]:
    """Entries of the case that have not been cancelled, in the order of their days."""
    return list(case.entries.filter(cancelled_by=None).exclude(kind=EntryKind.REVERSED))


def reverse_all(case: Case, entries: Iterable[int], by: User, at: datetime, source: str) -> list[LedgerEntry]:
    """冲正: cancel many entries at once, on the day of `at`. The case is held; whoever calls writes the event."""
    on = day_of(at)
    answers = LedgerEntry.objects.bulk_create(
        LedgerEntry(
            case=case,
            kind=EntryKind.REVERSED,
            counts_as=entry.counts_as,
            cancels=entry,
            on=max(on, entry.on),
            by=by,
            at=at,
            workers=-entry.workers,
            migrants=-entry.migrants,
            amount=-entry.amount,
            fund=entry.fund,
            source=source[:200],
        )
        for entry in case.entries.filter(pk__in=entries)
    )
    _follow_reversals([row for row in answers if row.counts_as == EntryKind.ADVANCED], by, at)
    return answers


def _follow_reversals(advances: list[LedgerEntry], by: User, at: datetime) -> None:
    """Features that keep a book beside the ledger follow its cancelled advances. Apps declare "reversal followers"."""
    for follow in provided("reversal followers"):
        follow(advances, by, at)


def repeat_all(case: Case, entries: Iterable[int], by: User, at: datetime, source: str) -> None:
    """Write cancelled entries once more, on the day of `at`. What hangs on the old ones is written for the new ones too: apps declare
    "repeat followers".
    """
    repeats: list[tuple[LedgerEntry, LedgerEntry]] = []
    for old in case.entries.filter(pk__in=entries):
        entry = LedgerEntry.objects.create(
            case=case,
            kind=old.kind,
            counts_as=old.kind,
            on=day_of(at),
            by=by,
            at=at,
            workers=old.workers,
            migrants=old.migrants,
            amount=old.amount,
            fund=old.fund,
            source=f"{source}；原 {old.on}：{old.source}"[:200],
        )
        repeats.append((old, entry))
    for follow in reversed(provided("repeat followers")):  # payments of workers first, then the books of safety nets
        follow(repeats, by, at)


def standing_kinds(case: Case) -> set[str]:
    """Kinds of entry on the case that have not been cancelled."""
    return set(case.entries.filter(cancelled_by=None).exclude(kind=EntryKind.REVERSED).values_list("kind", flat=True))
