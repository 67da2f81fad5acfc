"""What is known of a case, and reading it from JSON (the `thresholds` command)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from arrears.law.rules.vocabulary import FLAGS
from arrears.law.rules.workdays import full_months

Moment = date | datetime


class FactsError(ValueError):
    """Facts that cannot be true or read. `reasons`: Chinese sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class OwedWorker:
    """One worker of the list: yuan owed, and for how many months (whole or part)."""

    owed: Decimal
    months: Decimal


@dataclass(frozen=True)
class Facts:
    """A case (or a letter, a deposit …) as a rulebook sees it. None is "not known", which no rule may guess away.

    `amount` yuan in total; `months` the longest anyone has waited. `worker_list` None: there is no list. `moments`: dated facts
    by the names of `vocabulary.MOMENTS`, absent where it has not happened; `noted`: of those that are a day, the moment of that day
    at which they were written down, where they were: what counts elapsed time begins and ends there. `region`: the GB/T 2260 code of the place. `hard`: 疑难复杂. `extended`: names of deadlines
    whose extension was approved.
    """

    workers: int | None = None
    amount: Decimal | None = None
    months: Decimal | None = None
    extreme: bool = False
    mass: bool = False
    escalation_signs: bool = False
    worker_list: tuple[OwedWorker, ...] | None = None
    subject: str = "case"
    moments: Mapping[str, Moment] = field(default_factory=dict)
    noted: Mapping[str, datetime] = field(default_factory=dict)
    union_kind: str = ""
    nature: str = ""
    channel: str = ""
    region: str = ""
    hard: bool = False
    extended: frozenset[str] = frozenset()

    def flag(self, name: str) -> bool:
        return bool(getattr(self, name))


def months_owed(first: date | None, last: date | None) -> Decimal | None:
    """Whole months between the first and the last unpaid day, both counted; None where either is unknown."""
    return Decimal(full_months(first, last)) if first and last else None


_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
KEYS = ("workers", "amount", "months", *FLAGS, "worker_list")


def read_facts(data: Mapping[str, Any]) -> Facts:
    """Facts from JSON: numbers or their text. An absent key is unknown. Raises FactsError with every fault found."""
    faults: list[str] = [f"不认识的键“{key}”，可用：{'、'.join(KEYS)}。" for key in data if key not in KEYS]
    listed = _workers(data, faults)
    workers, amount, months = (_number(data, key, faults, whole=key == "workers") for key in KEYS[:3])
    if listed:  # what is not stated, the list says
        workers = Decimal(len(listed)) if workers is None else workers
        amount = sum((worker.owed for worker in listed), Decimal(0)) if amount is None else amount
        months = max(worker.months for worker in listed) if months is None else months
    facts = Facts(
        workers=int(workers) if workers is not None else None,
        amount=amount,
        months=months,
        extreme=_truth(data, "extreme", faults),
        mass=_truth(data, "mass", faults),
        escalation_signs=_truth(data, "escalation_signs", faults),
        worker_list=listed,
    )
    if facts.worker_list and facts.workers is not None and len(facts.worker_list) > facts.workers:
        faults.append(f"worker_list 有 {len(facts.worker_list)} 名职工，多于 workers 的 {facts.workers} 人，请核对。")
    if faults:
        raise FactsError(faults)
    return facts


def _number(
    data: Mapping[str, Any], key: str, faults: list[str], whole: bool = False, where: str = ""
) -> Decimal | None:
    value = data.get(key)
    if value is None:
        return None
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise InvalidOperation
        said = str(value).strip()
        number = Decimal(said.replace(",", "") if _GROUPED.fullmatch(said) else said)
        if not number.is_finite() or number < 0 or number >= 10**14 or (whole and number != int(number)):
            raise InvalidOperation
    except InvalidOperation:
        faults.append(f"{where}“{key}”应是不小于 0 的{'整数' if whole else '数'}，现为 {value!r}。")
        return None
    return number


def _truth(data: Mapping[str, Any], key: str, faults: list[str]) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        faults.append(f"“{key}”应是 true 或 false，现为 {value!r}。")
        return False
    return value


def _workers(data: Mapping[str, Any], faults: list[str]) -> tuple[OwedWorker, ...] | None:
    listed = data.get("worker_list")
    if listed is None:
        return None
    if not isinstance(listed, list):
        faults.append("“worker_list”应是一组 {owed, months}。")
        return None
    workers = [_worker(one, nth, faults) for nth, one in enumerate(listed, 1)]
    return tuple(worker for worker in workers if worker is not None)


def _worker(one: Any, nth: int, faults: list[str]) -> OwedWorker | None:
    where = f"worker_list 第 {nth} 名："
    if not isinstance(one, dict) or set(one) != {"owed", "months"}:
        faults.append(f"{where}应写明 owed（元）和 months（月），且只写这两项。")
        return None
    owed, months = (_number(one, key, faults, where=where) for key in ("owed", "months"))
    if owed is None or months is None:
        if None in one.values():
            faults.append(f"{where}owed 和 months 不能为空。")
        return None
    return OwedWorker(owed, months)
