"""Which thresholds of a rulebook a case reaches, which it does not, and which cannot be told without asking (待核).

Three-valued throughout: a fact that is not known makes a test unclear, never true and never false, unless the other tests
decide it anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from arrears.law.rules.facts import Facts, OwedWorker
from arrears.law.rules.rulebook import Alternative, Crime, Rulebook, Threshold
from arrears.law.rules.vocabulary import FLAGS


class Answer(Enum):
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class ThresholdFinding:
    """One threshold and the answer, in words. `effect`: what it brings about."""

    clause: str
    name: str
    why: str
    effect: str
    immediate: bool


@dataclass(frozen=True)
class CrimeFinding:
    """拒不支付劳动报酬罪, kept apart from reporting (YK-2.4). `answer` None: the region's amounts are not set, as `why` says."""

    clause: str
    answer: Answer | None
    why: str
    basis: str = ""


@dataclass(frozen=True)
class Verdict:
    triggered: list[ThresholdFinding]
    unclear: list[ThresholdFinding]


def evaluate(facts: Facts, rulebook: Rulebook) -> Verdict:
    """Every threshold of the rulebook against the facts; those plainly not reached are in neither list."""
    verdict = Verdict([], [])
    for threshold in rulebook.thresholds:
        answer, why = any_of(threshold.any, facts)
        if answer is not Answer.NO:
            list_ = verdict.triggered if answer is Answer.YES else verdict.unclear
            list_.append(_finding(threshold, why))
    return verdict


def crimes(facts: Facts, rulebooks: Iterable[Rulebook], region: str) -> CrimeFinding | None:
    """The crime threshold of the most narrowly matching region; None where no rulebook speaks of it."""
    known = [crime for book in rulebooks for crime in book.crimes if region.startswith(crime.region)]
    if not known:
        return None
    return _crime(max(known, key=lambda crime: len(crime.region)), facts)


def _finding(threshold: Threshold, why: str) -> ThresholdFinding:
    return ThresholdFinding(threshold.clause, threshold.name, why, threshold.effect, threshold.immediate)


def _crime(crime: Crime, facts: Facts) -> CrimeFinding:
    if not crime.any:
        return CrimeFinding(crime.clause, None, f"{crime.title}：{crime.reading}", crime.basis)
    answer, why = any_of(crime.any, facts)
    words = {Answer.YES: f"达到，{why}", Answer.NO: "未达到", Answer.UNCLEAR: why}[answer]
    return CrimeFinding(crime.clause, answer, f"{crime.title}：{words}。{crime.reading}", crime.basis)


def any_of(alternatives: Iterable[Alternative], facts: Facts) -> tuple[Answer, str]:
    """The first alternative that holds; else the first that is unclear; else no, with nothing to say."""
    unclear = ""
    for alternative in alternatives:
        answer, why = all_of(alternative, facts)
        if answer is Answer.YES:
            return answer, why
        if answer is Answer.UNCLEAR:
            unclear = unclear or why
    return (Answer.UNCLEAR, unclear) if unclear else (Answer.NO, "")


def all_of(alternative: Alternative, facts: Facts) -> tuple[Answer, str]:
    """Whether every test of one alternative holds, and why in Chinese."""
    flags = [(Answer.YES if facts.flag(name) else Answer.NO, FLAGS[name]) for name in alternative.flags]
    numbers = _one_worker(alternative, facts) if alternative.one_worker else _together(alternative, facts)
    return _join([*flags, *numbers])


def _together(test: Alternative, facts: Facts) -> list[tuple[Answer, str]]:
    return [
        *_compare("涉及", facts.workers, test.workers_from, test.workers_over, "人"),
        *_compare("金额", facts.amount, test.amount_from, test.amount_over, "元"),
        *_compare("欠薪", facts.months, test.months_from, test.months_over, "个月"),
    ]


def _one_worker(test: Alternative, facts: Facts) -> list[tuple[Answer, str]]:
    """One and the same worker must meet every test. A case of one is that worker; several need the list."""
    if facts.workers == 0:
        return [(Answer.NO, "没有职工")]
    if facts.workers == 1 and not facts.worker_list:
        return [(Answer.YES, "一名职工"), *_together(test, facts)]
    for worker in facts.worker_list or ():
        answer, why = _join(_of_worker(test, worker))
        if answer is Answer.YES:
            return [(answer, f"名单中有一名职工{why}")]
    return [_of_the_unlisted(test, facts)]


def _of_the_unlisted(test: Alternative, facts: Facts) -> tuple[Answer, str]:
    """Could a worker who is not on the list meet the tests? None can be owed more, or longer, than the case leaves over."""
    listed = facts.worker_list or ()
    if facts.workers is not None and facts.workers <= len(listed):
        return Answer.NO, ""
    left = None if facts.amount is None else facts.amount - sum((worker.owed for worker in listed), Decimal(0))
    possible, _ = _join(
        [
            *_compare("金额", left, test.amount_from, test.amount_over, "元"),
            *_compare("欠薪", facts.months, test.months_from, test.months_over, "个月"),
        ]
    )
    if possible is Answer.NO:
        return Answer.NO, ""
    missing = "没有职工名单" if facts.worker_list is None else "职工名单不全"
    return Answer.UNCLEAR, f"待核：{missing}，不能判断是否有一名职工{_wanted(test)}"


def _of_worker(test: Alternative, worker: OwedWorker) -> list[tuple[Answer, str]]:
    return [
        *_compare("被欠", worker.owed, test.amount_from, test.amount_over, "元"),
        *_compare("欠薪", worker.months, test.months_from, test.months_over, "个月"),
    ]


def _wanted(test: Alternative) -> str:
    parts = [
        f"欠薪{test.months_from}个月以上" if test.months_from else "",
        f"欠薪超过{test.months_over}个月" if test.months_over else "",
        f"金额{test.amount_from}元以上" if test.amount_from else "",
        f"金额超过{test.amount_over}元" if test.amount_over else "",
    ]
    return "、".join(part for part in parts if part)


def _compare(
    what: str, value: Decimal | int | None, least: Decimal | int | None, over: Decimal | int | None, unit: str
) -> Iterable[tuple[Answer, str]]:
    """以上 includes the number, 超过 does not (民法典 1259)."""
    for bound, said, holds in (
        (least, "达到", value is not None and least is not None and value >= least),
        (over, "超过", value is not None and over is not None and value > over),
    ):
        if bound is None:
            continue
        if value is None:
            yield Answer.UNCLEAR, f"待核：{what}多少{unit}不详"
        else:
            yield (Answer.YES if holds else Answer.NO), f"{what}{value:,}{unit}，{said}{bound:,}{unit}"


def _join(tests: Iterable[tuple[Answer, str]]) -> tuple[Answer, str]:
    """All must hold: one no decides, else one unclear, else yes with all the reasons."""
    tests = list(tests)
    for wanted in (Answer.NO, Answer.UNCLEAR):
        for answer, why in tests:
            if answer is wanted:
                return answer, why if wanted is Answer.UNCLEAR else ""
    return Answer.YES, "；".join(why for _, why in tests)
