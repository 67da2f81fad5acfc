"""The worker list of a case: entering, changing, revealing, and how it stands beside the ledger.

The ledger alone says the figures of a case; the list says who is behind them. Nothing of a name, a phone or an identity
number enters an event, a refusal or a log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
OWED, RESOLVED = "欠薪", "已解决"  # what list and books are compared in
UNSAID = Private("")
LONGEST_REASON = 500


@dataclass(frozen=True)
class WorkerFacts:
    """What is said of one worker. Numbers normalised; `owed` and `paid` in yuan; days, both counted, bound the arrears."""

    name: Private
    owed: Decimal
    phone: Private = UNSAID
    identity: Private = UNSAID
    job: str = ""
    migrant: bool = False
    owed_from: date | None = None
    owed_until: date | None = None
    paid: Decimal = Decimal(0)

    def columns(self) -> dict[str, Any]:
        """Fields of Worker; `paid` is a payment, not a field."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "paid"}


# ---- who may --------------------------------------------------------------------------------------------------------


def may_keep_list(case: Case, user: User) -> bool:
    """Drafts: who files there. Filed: who may correct the case, until closing is asked for."""
    return filing.may_edit(case, user)


def may_reveal(case: Case, user: User) -> bool:
    """Whoever works on the case, whatever its state; levels above that only watch see the masked list."""
    unit = case.handling_union.in_charge()
    return user.may(Right.HANDLE, unit) or user.may(Right.FILE, case.union.in_charge())


def _held(case: Case, by: User) -> Case:
    case = ledger.lock(case)
    if not may_keep_list(case, by):
        raise Forbidden(f"案件{State(case.state).label}，职工名单现在不能由您修改。")
    return case


# ---- the list -------------------------------------------------------------------------------------------------------


@transaction.atomic
def add(case: Case, rows: Sequence[WorkerFacts], by: User, at: datetime) -> list[Worker]:
    """Put workers on the list, all or none. Refused where one of them stands on it already (same phone or identity)."""
    case = _held(case, by)
    if case.workers.listed().count() + len(rows) > MOST:
        raise Refused(f"一个案件的名单最多 {MOST:,} 人，请核对。")
    if twice := sorted(known_places(case, rows)):
        raise Refused(f"有 {len(twice)} 人已在名单中（手机号或身份证号相同）：第 {_some(twice)} 个，没有加入任何人。")
    made = [Worker(case=case, added_by=by, added_at=at, **row.columns()).make_prints() for row in rows]
    Worker.objects.bulk_create(made, batch_size=500)
    note(case, "worker.add", by, at, people=len(made), amount=sum((row.owed for row in rows), Decimal(0)))
    return made


def known_places(case: Case, rows: Sequence[WorkerFacts]) -> set[int]:
    """Places (from 1) of rows whose phone or identity number a listed worker of the case has. One query."""
    of_phone = [cipher.prints_of(PHONE, row.phone.text) for row in rows]
    of_identity = [cipher.prints_of(IDENTITY, row.identity.text) for row in rows]
    phones, identities = set().union(*of_phone), set().union(*of_identity)
    found = list(case.workers.like(phones, identities).values_list("phone_print", "identity_print"))
    known = {print_ for pair in found for print_ in pair if print_}
    return {place for place in range(1, len(rows) + 1) if known & (of_phone[place - 1] | of_identity[place - 1])}


def _some(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers[:5])) + ("等" if len(numbers) > 5 else "")


@transaction.atomic
def change(worker: Worker, facts: Mapping[str, Any], by: User, at: datetime, *, seen: int) -> Worker:
    """Correct what is said of one worker. `facts`: fields of Worker; private ones only where they change."""
    case = _held(worker.case, by)
    worker = _as_it_is(worker, seen)
    owed = facts.get("owed", worker.owed)
    if owed < (paid := _paid(worker)):
        raise Refused(f"欠薪金额不能少于已付的 {paid:,.2f} 元；付错的先在台账冲正那一笔。", {"owed": "少于已付金额。"})
    changed = sorted(name for name, value in facts.items() if getattr(worker, name) != value)
    if not changed:
        return worker
    before = {"owed": worker.owed} if "owed" in changed else {}
    for name in changed:
        setattr(worker, name, facts[name])
    _refuse_double(worker)
    worker.version += 1
    worker.save()
    note(case, "worker.change", by, at, worker=worker.pk, changed=changed, before=before, amount=worker.owed)
    return worker


def _refuse_double(worker: Worker) -> None:
    others = worker.case.workers.exclude(pk=worker.pk)
    phones = cipher.prints_of(PHONE, phone_key(worker.phone.text))
    identities = cipher.prints_of(IDENTITY, identity_key(worker.identity.text))
    if others.like(phones, set()).exists():
        raise Refused("名单中另一人已用这个手机号，请核对。", {"phone": "名单中另一人已用这个手机号。"})
    if others.like(set(), identities).exists():
        raise Refused("名单中另一人已用这个身份证号，请核对。", {"identity": "名单中另一人已用这个身份证号。"})


@transaction.atomic
def remove(worker: Worker, reason: str, by: User, at: datetime, *, seen: int) -> None:
    """Take somebody off the list: for good while the case is a draft; afterwards the row stays, with who and why."""
    case = _held(worker.case, by)
    worker = _as_it_is(worker, seen)
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
    note(case, "worker.remove", by, at, worker=worker.pk, amount=worker.owed, reason=reason.strip())


def _as_it_is(worker: Worker, seen: int) -> Worker:
    found = Worker.objects.listed().filter(pk=worker.pk).first()
    if found is None or found.version != seen:
        raise Stale("这名职工的登记刚刚有了变动，请查看最新名单后再改。")
    return found


@transaction.atomic
def reveal(worker: Worker, name: str, purpose: str, by: User, at: datetime) -> str:
    """What the private field `name` says, to somebody who states why. Who, when and why stand in the log."""
    case = worker.case
    if not may_reveal(case, by):
        raise Forbidden(f"只有承办本案的「{case.handling_union.in_charge()}」和立案单位的人员可以查看。")
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


def note(case: Case, verb: str, by: User, at: datetime, **data: Any) -> None:
    """Into the case's chain, and announced: what the list says decides thresholds."""
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=at, last_edited_by=by)
    audit.record(case.stream, verb, by, at, union=case.handling_union, **data)
    case.refresh_from_db()
    case_changed.send(Case, case=case, verb=verb, by=by, at=at)


def _paid(worker: Worker) -> Decimal:
    return Worker.objects.with_paid().get(pk=worker.pk).paid  # type: ignore[attr-defined]


# ---- beside the ledger ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """Where list and books disagree: list minus books, in people and yuan."""

    what: str
    listed: ledger.Sums
    booked: ledger.Sums

    @property
    def gap(self) -> ledger.Sums:
        return self.listed - self.booked


@dataclass(frozen=True)
class WorkerTotals:
    """What the list adds up to. `paid`: people with nothing left to get, and all money received."""

    owed: ledger.Sums
    paid: ledger.Sums

    @property
    def left(self) -> ledger.Sums:
        return self.owed - self.paid


def totals(workers: Iterable[Any]) -> WorkerTotals:
    """Of workers read `with_paid`."""
    rows = list(workers)
    done = [row for row in rows if row.paid >= row.owed]
    return WorkerTotals(
        ledger.Sums(len(rows), sum(row.migrant for row in rows), sum((row.owed for row in rows), Decimal(0))),
        ledger.Sums(len(done), sum(row.migrant for row in done), sum((row.paid for row in rows), Decimal(0))),
    )


def differences(case: Case, listed: WorkerTotals, balance: ledger.Balance) -> list[Difference]:
    """Nothing where there is no list, or where it agrees."""
    if not listed.owed.workers:
        return []
    pairs = [Difference(OWED, listed.owed, _booked(case, balance))]
    if case.number is not None:
        pairs.append(Difference(RESOLVED, listed.paid, balance.resolved))
    return [pair for pair in pairs if pair.gap]


def _booked(case: Case, balance: ledger.Balance) -> ledger.Sums:
    """What the books say is owed. A draft has its stated numbers for books."""
    if case.number is None:
        return ledger.Sums(case.stated_workers, case.stated_migrants, case.stated_amount)
    return balance.owed - balance.untrue


@dataclass(frozen=True)
class Beyond:
    """Yuan that the list would say and that the books say."""

    listed: Decimal
    books: Decimal

    @property
    def gap(self) -> Decimal:
        return self.listed - self.books


def beyond(case: Case, more: Decimal) -> Beyond | None:
    """Whether the list with `more` yuan would say more than the books: a number read wrongly, or one nobody recognised yet."""
    listed = sum(case.workers.values_list("owed", flat=True), more)
    found = Beyond(listed, _booked(case, ledger.balance(case)).amount)
    return found if found.gap > 0 else None


def contradictions(case: Case, balance: ledger.Balance) -> list[Difference]:
    """What the list says otherwise than the books, for pages that show no list. One query."""
    return differences(case, totals(case.workers.listed().for_sums()), balance)


# ---- for the thresholds ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OneWorker:
    """QD-4.1c: yuan owed to one worker, and the first and last unpaid day."""

    owed: Decimal
    owed_from: date
    owed_until: date


def one_worker_facts(case_ids: Iterable[int]) -> dict[int, list[OneWorker]]:
    """Case id → its listed workers whose arrears have both days; cases without a list are left out. Nobody's months are
    guessed: whoever has no days counts as not listed, so the threshold stays 待核 where it could depend on them."""
    ids = list(case_ids)
    listed = Worker.objects.listed().filter(case__in=ids).order_by("pk")
    found: dict[int, list[OneWorker]] = {}
    for case, owed, first, last in listed.values_list("case_id", "owed", "owed_from", "owed_until"):
        of_case = found.setdefault(case, [])
        if first and last:
            of_case.append(OneWorker(owed, first, last))
    return found


def names_of(employer: int) -> Iterator[str]:
    """Yield the names of all workers listed in cases of the employer, opened one by one."""
    rows = Worker.objects.filter(case__employer=employer).only("name")
    return (row.name.text for row in rows.iterator(chunk_size=1000))


# ---- cases that may be the same matter ---------------------------------------------------------------------------------


def numbers_of(case: Case) -> tuple[list[str], list[str]]:
    """Return the phone and identity numbers of the list. One query."""
    listed = list(case.workers.listed().only("case", "phone", "identity"))
    return [row.phone.text for row in listed], [row.identity.text for row in listed]


def cases_sharing(phones: set[str], identities: set[str], but: int | None) -> Counter[int]:
    """Return case id → how many listed workers have a number with one of these prints; `but` left out."""
    rows = Worker.objects.like(phones, identities).exclude(case=but)
    return Counter(rows.order_by().values_list("case_id", flat=True))
