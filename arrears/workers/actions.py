"""The worker list of a case: entering, changing, revealing, and how it stands beside the ledger.

The ledger alone says the figures of a case; the list says who is behind them. Nothing of a name, a phone or an identity
number enters an event, a refusal or a log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from arrears.cases import filing, ledger
from arrears.cases.models import Case, State
from arrears.cases.signals import case_changed
from arrears.workers.models import Worker
from unions.common import encryption as cipher
from unions.common.encrypted_fields import Private
from unions.common.identity import IDENTITY, PHONE, identity_key, phone_key, refuse_numbers
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit
from unions.models import User
from unions.people.rights import Right

MOST = 3000  # workers on one list
PRIVATE = {"name": "姓名", "phone": "手机号", "identity": "身份证号"}
LONGEST_PURPOSE = 100
OWED, RESOLVED = "欠薪", "已解决"  # what list and ledger are compared in
NOT_GIVEN = Private("")
LONGEST_REASON = 500


@dataclass(frozen=True)
class WorkerFacts:
    """The facts of one worker.

    Numbers normalised; `owed` and `paid` in yuan; the arrears run from `owed_from` to `owed_until`, both counted.
    """

    name: Private
    owed: Decimal
    phone: Private = NOT_GIVEN
    identity: Private = NOT_GIVEN
    job: str = ""
    migrant: bool = False
    owed_from: date | None = None
    owed_until: date | None = None
    agreed_on: date | None = None  # to messages
    paid: Decimal = Decimal(0)

    def columns(self) -> dict[str, Any]:
        """Return fields of Worker; `paid` is a payment, not a field."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "paid"}


# ---- who may --------------------------------------------------------------------------------------------------------


def may_keep_list(case: Case, user: User) -> bool:
    """Whether `user` may change the list: whoever may correct the case."""
    return filing.may_edit(case, user)


def may_reveal(case: Case, user: User) -> bool:
    """Whether `user` may see private words: whoever handles or files the case, whatever its state."""
    unit = case.handling_union.in_charge()
    return user.may(Right.HANDLE, unit) or user.may(Right.FILE, case.union.in_charge())


def _lock(case: Case, by: User) -> Case:
    case = ledger.lock(case)
    if not may_keep_list(case, by):
        raise Forbidden(f"案件{State(case.state).label}，职工名单现在不能由您修改。")
    return case


# ---- the list -------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_workers(case: Case, rows: Sequence[WorkerFacts], by: User, at: datetime) -> list[Worker]:
    """Add workers to the list, all or none. Refused where one has the phone or identity number of another."""
    case = _lock(case, by)
    if case.workers.listed().count() + len(rows) > MOST:
        raise Refused(f"一个案件的名单最多 {MOST:,} 人，请核对。")
    if twice := sorted(listed_places(case, rows)):
        raise Refused(
            f"有 {len(twice)} 人已在名单中（手机号或身份证号相同）：第 {_first_few(twice)} 个，没有加入任何人。"
        )
    made = [Worker(case=case, added_by=by, added_at=at, **row.columns()).make_prints() for row in rows]
    Worker.objects.bulk_create(made, batch_size=500)
    record_on_list(case, "worker.add", by, at, people=len(made), amount=sum((row.owed for row in rows), Decimal(0)))
    return made


def listed_places(case: Case, rows: Sequence[WorkerFacts]) -> set[int]:
    """Return the places (from 1) of rows with a phone or identity number already on the list. One query."""
    of_phone = [cipher.prints_of(PHONE, row.phone.text) for row in rows]
    of_identity = [cipher.prints_of(IDENTITY, row.identity.text) for row in rows]
    phones, identities = set().union(*of_phone), set().union(*of_identity)
    found = list(case.workers.like(phones, identities).values_list("phone_print", "identity_print"))
    known = {print_ for pair in found for print_ in pair if print_}
    return {place for place in range(1, len(rows) + 1) if known & (of_phone[place - 1] | of_identity[place - 1])}


def _first_few(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers[:5])) + ("等" if len(numbers) > 5 else "")


@transaction.atomic
def change_worker(worker: Worker, facts: Mapping[str, Any], by: User, at: datetime, *, seen: int) -> Worker:
    """Correct one worker. `facts`: fields of Worker; private ones only where they change."""
    case = _lock(worker.case, by)
    worker = _read_again(worker, seen)
    owed = facts.get("owed", worker.owed)
    if owed < (paid := _paid(worker)):
        raise Refused(f"欠薪金额不能少于已付的 {paid:,.2f} 元；付错的先在台账冲正那一笔。", {"owed": "少于已付金额。"})
    changed = sorted(name for name, value in facts.items() if getattr(worker, name) != value)
    if not changed:
        return worker
    before = {"owed": worker.owed} if "owed" in changed else {}
    for name in changed:
        setattr(worker, name, facts[name])
    _refuse_known_numbers(worker)
    worker.version += 1
    worker.save()
    record_on_list(case, "worker.change", by, at, worker=worker.pk, changed=changed, before=before, amount=worker.owed)
    return worker


def _refuse_known_numbers(worker: Worker) -> None:
    others = worker.case.workers.exclude(pk=worker.pk)
    phones = cipher.prints_of(PHONE, phone_key(worker.phone.text))
    identities = cipher.prints_of(IDENTITY, identity_key(worker.identity.text))
    if others.like(phones, set()).exists():
        raise Refused("名单中另一人已用这个手机号，请核对。", {"phone": "名单中另一人已用这个手机号。"})
    if others.like(set(), identities).exists():
        raise Refused("名单中另一人已用这个身份证号，请核对。", {"identity": "名单中另一人已用这个身份证号。"})


@transaction.atomic
def remove_worker(worker: Worker, reason: str, by: User, at: datetime, *, seen: int) -> None:
    """Remove a worker: for good from a draft; later the row stays with who removed it and why."""
    case = _lock(worker.case, by)
    worker = _read_again(worker, seen)
    if _paid(worker):
        raise Refused("这名职工已有清偿记录，不能移出；付错的先在台账冲正那一笔。")
    if case.state == State.DRAFT:
        worker.delete()
    else:
        if not reason.strip():
            raise Refused("请写明移出的原因。", {"reason": "请写明原因。"})
        if len(reason) > LONGEST_REASON:
            raise Refused(f"移出的原因最多 {LONGEST_REASON} 个字。", {"reason": "请缩短。"})
        refuse_numbers(reason, "reason")
        worker.removed_by, worker.removed_at = by, at
        worker.save(update_fields=["removed_by", "removed_at"])
    record_on_list(case, "worker.remove", by, at, worker=worker.pk, amount=worker.owed, reason=reason.strip())


def _read_again(worker: Worker, seen: int) -> Worker:
    found = Worker.objects.listed().filter(pk=worker.pk).first()
    if found is None or found.version != seen:
        raise Stale("这名职工的登记刚刚有了变动，请查看最新名单后再改。")
    return found


@transaction.atomic
def reveal(worker: Worker, name: str, purpose: str, by: User, at: datetime) -> str:
    """Return what the private field `name` says. Who, when and for what purpose go into the log."""
    case = worker.case
    if not may_reveal(case, by):
        raise Forbidden(f"只有承办本案的“{case.handling_union.in_charge()}”和立案单位的人员可以查看。")
    purpose = purpose.strip()
    if not purpose or len(purpose) > LONGEST_PURPOSE:
        raise Refused(f"请写明查看{PRIVATE[name]}的用途，{LONGEST_PURPOSE} 字以内。", {"purpose": "请写明用途。"})
    refuse_numbers(purpose, "purpose")
    audit.record(
        case.stream,
        "worker.reveal",
        by,
        at,
        union=case.handling_union,
        worker=worker.pk,
        field=PRIVATE[name],
        reason=purpose,
    )
    return str(getattr(worker, name).text)


def record_on_list(case: Case, verb: str, by: User, at: datetime, **data: Any) -> None:
    """Write an event into the chain of the case and announce it: the list decides thresholds."""
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at, last_edited_by=by)
    audit.record(case.stream, verb, by, at, union=case.handling_union, **data)
    case.refresh_from_db()
    case_changed.send(Case, case=case, verb=verb, by=by, at=at)


def _paid(worker: Worker) -> Decimal:
    return Worker.objects.with_paid().get(pk=worker.pk).paid  # type: ignore[attr-defined]


# ---- compared with the ledger ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One figure in which list and ledger differ, in people and yuan."""

    what: str
    listed: ledger.Sums
    booked: ledger.Sums

    @property
    def gap(self) -> ledger.Sums:
        return self.listed - self.booked

    @property
    def more(self) -> ledger.Sums:
        """What the list has beyond the ledger; 0 where it has not."""
        return _above_nothing(self.gap)

    @property
    def less(self) -> ledger.Sums:
        """What the list lacks."""
        return _above_nothing(self.booked - self.listed)

    @property
    def more_told(self) -> str:
        return _told(self.more)

    @property
    def less_told(self) -> str:
        return _told(self.less)


def _told(sums: ledger.Sums) -> str:
    """1 人（农民工 1 人）、5,000.00 元; only what is not nothing."""
    people = f"{sums.workers:,} 人" if sums.workers else ""
    migrants = f"农民工 {sums.migrants:,} 人" if sums.migrants else ""
    both = f"{people}（{migrants}）" if people and migrants else people or migrants
    return "、".join(part for part in (both, f"{sums.amount:,.2f} 元" if sums.amount else "") if part)


def _above_nothing(sums: ledger.Sums) -> ledger.Sums:
    return ledger.Sums(max(sums.workers, 0), max(sums.migrants, 0), max(sums.amount, Decimal(0)))


@dataclass(frozen=True)
class WorkerTotals:
    """The sums of a list. `paid`: people with nothing left to get, and all money received."""

    owed: ledger.Sums
    paid: ledger.Sums

    @property
    def left(self) -> ledger.Sums:
        return self.owed - self.paid


def totals(workers: Iterable[Any]) -> WorkerTotals:
    """Add up workers read `with_paid`."""
    rows = list(workers)
    done = [row for row in rows if row.paid >= row.owed]
    return WorkerTotals(
        ledger.Sums(len(rows), sum(row.migrant for row in rows), sum((row.owed for row in rows), Decimal(0))),
        ledger.Sums(len(done), sum(row.migrant for row in done), sum((row.paid for row in rows), Decimal(0))),
    )


def differences(case: Case, listed: WorkerTotals, balance: ledger.Balance) -> list[Difference]:
    """List where the worker list differs from the ledger; nothing where there is no list."""
    if not listed.owed.workers:
        return []
    pairs = [Difference(OWED, listed.owed, _in_ledger(case, balance))]
    if case.number is not None:
        pairs.append(Difference(RESOLVED, listed.paid, balance.resolved))
    return [pair for pair in pairs if pair.gap]


def _in_ledger(case: Case, balance: ledger.Balance) -> ledger.Sums:
    """Return what the ledger says is owed; for a draft the numbers stated in it."""
    if case.number is None:
        return ledger.Sums(case.stated_workers, case.stated_migrants, case.stated_amount)
    return balance.owed - balance.untrue


@dataclass(frozen=True)
class ListExcess:
    """Yuan on the list and in the ledger, where the list has more."""

    listed: Decimal
    in_ledger: Decimal

    @property
    def gap(self) -> Decimal:
        return self.listed - self.in_ledger


def list_excess(case: Case, more: Decimal) -> ListExcess | None:
    """Return by how much the list with `more` yuan would exceed the ledger: a misread number, or one not yet recognised."""
    listed = sum(case.workers.values_list("owed", flat=True), more)
    found = ListExcess(listed, _in_ledger(case, ledger.balance(case)).amount)
    return found if found.gap > 0 else None


def contradictions(case: Case, balance: ledger.Balance) -> list[Difference]:
    """List where the worker list differs from the ledger, for pages without the list. One query."""
    return differences(case, totals(case.workers.listed().for_sums()), balance)
