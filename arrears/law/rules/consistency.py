"""What a rulebook must not say: a clause it does not have, a window that ends before it begins, the same thing twice differently."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import NoReturn

from arrears.law.rules.rulebook import (
    Campaign,
    DeadlineRule,
    Entry,
    Grade,
    Ground,
    Indicator,
    Only,
    ReturnRule,
    Rulebook,
)
from arrears.law.rules.table import Page, RulebookError
from arrears.law.rules.vocabulary import GROUNDS

RHYTHM_OF_DUE = {"weekday": "week", "workday": "month", "workdays_after": "once", "on": "once"}


def check(book: Rulebook, page: Page) -> None:
    """Raises RulebookError at the first thing that does not hold together."""
    _check_frame(book, page)
    _check_clauses(book, page)
    _check_names(book, page)
    _check_campaigns(book, page)
    for rule in (*book.returns, *book.routines):
        _check_return(rule, page)
    for grade in book.grades:
        _check_grade(grade, page)
    _check_indicators(book.indicators, page)
    _check_thresholds_named(book, page)
    _check_grounds(book, page)
    _check_contradictions(book, page)


def _refuse(page: Page, line: int, key: str, reason: str) -> NoReturn:
    raise RulebookError(page.file, page.key(line, key), reason)


def _check_frame(book: Rulebook, page: Page) -> None:
    if book.last and book.last < book.first:
        _refuse(page, 1, "last", f"有效期止 {book.last} 早于起 {book.first}。")
    if not book.clauses:
        _refuse(page, 1, "key", "没有任何条款 [[clause]]。")


def _check_clauses(book: Rulebook, page: Page) -> None:
    known: set[str] = set()
    for nth, clause in enumerate(book.clauses):
        if clause.id in known:
            _refuse(page, page.header("clause", nth), "id", f"条款 {clause.id} 写了两次。")
        known.add(clause.id)
    cited: list[Campaign | Entry] = [*book.campaigns, *book.entries()]
    for entry in cited:
        if entry.clause not in known:
            _refuse(page, entry.line, "clause", f"“{entry.name}”引用的条款 {entry.clause} 不在本文件的 [[clause]] 里。")


def _check_names(book: Rulebook, page: Page) -> None:
    sections: list[Iterable[Campaign | Entry]] = [
        book.campaigns,
        book.thresholds,
        book.grounds,
        book.crimes,
        book.deadlines,
        (*book.returns, *book.routines),
        book.publications,
        book.grades,
        book.indicators,
        book.subsidies,
    ]
    for entries in sections:
        seen: dict[str, int] = {}
        for entry in entries:
            if entry.name in seen:
                _refuse(page, entry.line, "name", f"“{entry.name}”与第 {seen[entry.name]} 行重名。")
            seen[entry.name] = entry.line


def _check_campaigns(book: Rulebook, page: Page) -> None:
    for campaign in book.campaigns:
        if campaign.last < campaign.first:
            _refuse(page, campaign.line, "last", f"“{campaign.name}”的止日早于起日。")
    known = {"", *(campaign.name for campaign in book.campaigns)}
    rules: list[DeadlineRule | ReturnRule] = [*book.deadlines, *book.returns, *book.routines]
    for rule in rules:
        if rule.campaign not in known:
            _refuse(
                page, rule.line, "campaign", f"“{rule.name}”引用的行动 {rule.campaign} 不在本文件的 [[campaign]] 里。"
            )
    for deadline in book.deadlines:
        if deadline.stock and not deadline.campaign:
            _refuse(page, deadline.line, "stock", f"“{deadline.name}”写了 stock，却没有行动起始日可以起算。")


def _check_return(rule: ReturnRule, page: Page) -> None:
    due = rule.due
    for key, rhythm in RHYTHM_OF_DUE.items():
        if getattr(due, key) is not None and rule.every != rhythm:
            _refuse(page, rule.line, "every", f"“{rule.name}”按 {key} 报送，every 应是 {rhythm}。")
    if due.last_workday and rule.every == "once":
        _refuse(page, rule.line, "every", f"“{rule.name}”只报一次，不能按周期的最后1个工作日报送。")
    if (due.workdays_after is None) != (due.after is None):
        _refuse(page, rule.line, "due", f"“{rule.name}”的 workdays_after 和 after 要一起写。")
    if rule.every == "once" and (rule.first is None or rule.last is None or rule.last < rule.first):
        _refuse(page, rule.line, "first", f"“{rule.name}”只报一次，要写明所报期间 first 和 last，且不得颠倒。")
    if rule.every != "once" and (rule.first or rule.last):
        _refuse(page, rule.line, "first", f"“{rule.name}”按周期报送，期间由周期决定，不写 first 和 last。")


def _check_grade(grade: Grade, page: Page) -> None:
    labels = [level.label for level in grade.levels]
    if len(set(labels)) < len(labels):
        _refuse(page, grade.line, "levels", f"“{grade.name}”的等级名称有重复。")
    _check_classes(grade, page)
    for key, what in (("points_from", "分值"), ("signals_from", "条数")):
        steps = [step for level in grade.levels if (step := getattr(level, key)) is not None]
        if steps != sorted(set(steps)):
            _refuse(page, grade.line, "levels", f"“{grade.name}”的等级须由轻到重，{what}逐级增加。")
        if key == "points_from" and grade.weights and len(steps) < len(labels):
            _refuse(page, grade.line, "levels", f"“{grade.name}”按分值定级，每一级都要写 points_from。")
        if key == "points_from" and steps and not grade.weights:
            _refuse(page, grade.line, "levels", f"“{grade.name}”写了 points_from，却没有 weights（每类信息计几分）。")
    if grade.decay_days and not grade.weights:
        _refuse(page, grade.line, "decay_days", f"“{grade.name}”写了 decay_days，却没有 weights。")


# What may bring an employer into a risk class, and what it counts.
OF_CLASSES = {
    "warned_from": "预警等级",
    "arrears_from": "欠薪件数",
    "unfinished_from": "未结件数",
    "findings_from": "问题数",
    "workforce_from": "职工人数",
}


def _check_classes(grade: Grade, page: Page) -> None:
    """Conditions that grow with the class; none on the mildest, where everybody begins, and one at least on every other."""
    told = [{key: value for key in OF_CLASSES if (value := getattr(level, key)) is not None} for level in grade.levels]
    if not any(told):
        if grade.years:
            _refuse(page, grade.line, "years", f"“{grade.name}”写了 years，却没有 arrears_from。")
        return
    if told[0] or not all(told[1:]):
        _refuse(page, grade.line, "levels", f"“{grade.name}”最轻的一类不写条件，其余每一类至少写一项条件。")
    for key, what in OF_CLASSES.items():
        steps = [one[key] for one in told if key in one]
        if steps != sorted(set(steps)):
            _refuse(page, grade.line, "levels", f"“{grade.name}”的类别须由轻到重，{what}逐级增加。")
    if any("arrears_from" in one for one in told) != bool(grade.years):
        _refuse(page, grade.line, "years", f"“{grade.name}”的 years（几年之内）与 arrears_from 要一起写。")


# Key → the one measure that wants it.
KEY_OF_MEASURE = {"days": "prompt", "per_year": "inspected", "needs": "complete", "per_quarter": "prevented"}
# What is counted at a unit itself and cannot be added up over those below.
OWN_ONLY = frozenset({"liaison"})


def _check_indicators(indicators: Sequence[Indicator], page: Page) -> None:
    """Marks that rise, each key where it belongs, and weights that add up to 100."""
    for one in indicators:
        if not one.zero < one.full <= 100:
            _refuse(page, one.line, "full", f"“{one.name}”的满分线 {one.full} 须高于零分线 {one.zero}，且不超过 100。")
        if one.measure in OWN_ONLY and one.reach != "own":
            _refuse(page, one.line, "reach", f"“{one.name}”按 {one.measure} 考核，只计本单位自己的。")
        for key, measure in KEY_OF_MEASURE.items():
            if bool(getattr(one, key)) != (one.measure == measure):
                wanted = "要写" if one.measure == measure else "不写"
                _refuse(page, one.line, key, f"“{one.name}”按 {one.measure} 考核，{wanted} {key}。")
    total = sum(one.weight for one in indicators)
    if indicators and total != 100:
        _refuse(page, indicators[0].line, "weight", f"各项 [[indicator]] 的权重合计 {total:g}，应为 100。")
    _one_answer(page, ((one, (one.measure, one.reach), (one.full, one.zero)) for one in indicators))


def _check_thresholds_named(book: Rulebook, page: Page) -> None:
    known = {"", *(threshold.name for threshold in book.thresholds)}
    rules: list[DeadlineRule | Ground] = [*book.deadlines, *book.grounds]
    for rule in rules:
        if rule.when not in known:
            _refuse(page, rule.line, "when", f"“{rule.name}”引用的门槛 {rule.when} 不在本文件的 [[threshold]] 里。")


def _check_grounds(book: Rulebook, page: Page) -> None:
    """One of every union's own has its condition already; any other says when it is open."""
    for ground in book.grounds:
        if ground.name in GROUNDS and (ground.when or ground.senders):
            _refuse(page, ground.line, "when", f"“{ground.name}”是各级通用的上报依据，条件已定，不写 when 和 senders。")
        if ground.name not in GROUNDS and not ground.when:
            _refuse(
                page,
                ground.line,
                "name",
                f"“{ground.name}”要写 when（达到哪个门槛可用），或改为通用的上报依据：{'、'.join(GROUNDS)}。",
            )


def _check_contradictions(book: Rulebook, page: Page) -> None:
    _deadlines_agree(book.deadlines, page)
    _one_answer(
        page,
        (
            (rule, (rule.form or rule.name, rule.every, rule.campaign, rule.first, rule.last), rule.due)
            for rule in (*book.returns, *book.routines)
        ),
    )
    _one_answer(page, ((one, (one.clause, one.effect), one.any) for one in book.thresholds))
    _one_answer(page, ((one, one.region, one.any) for one in book.crimes))
    _one_answer(page, ((one, one.by, one.every) for one in book.publications))


def _deadlines_agree(rules: Iterable[DeadlineRule], page: Page) -> None:
    """Two terms for one duty contradict each other wherever one case could meet both."""
    earlier: list[DeadlineRule] = []
    for rule in rules:
        for other in earlier:
            if _occasion(rule) == _occasion(other) and _meet(rule.only, other.only):
                fault = "重复" if _term(rule) == _term(other) else "矛盾"
                _refuse(page, rule.line, "name", f"“{rule.name}”与第 {other.line} 行的“{other.name}”{fault}。")
        earlier.append(rule)


def _occasion(rule: DeadlineRule) -> Hashable:
    return (rule.subject, rule.holder, rule.starts, rule.met_by, rule.sense, rule.campaign, rule.stock, rule.when)


def _term(rule: DeadlineRule) -> Hashable:
    return rule.workdays, rule.days, rule.months, rule.by, rule.at_once


def _meet(a: Only, b: Only) -> bool:
    """Whether one case can be what both ask for."""
    pairs = ((a.union_kinds, b.union_kinds), (a.natures, b.natures), (a.channels, b.channels))
    shared = all(not one or not other or set(one) & set(other) for one, other in pairs)
    regions = a.region.startswith(b.region) or b.region.startswith(a.region)
    return shared and regions and (a.hard is None or b.hard is None or a.hard == b.hard)


def _one_answer(page: Page, answers: Iterable[tuple[Entry, Hashable, Hashable]]) -> None:
    """Two entries for the same occasion: different answers contradict each other, the same one is said twice."""
    given: dict[Hashable, tuple[Entry, Hashable]] = {}
    for entry, occasion, answer in answers:
        if occasion in given:
            earlier, said = given[occasion]
            fault = "重复" if said == answer else "矛盾"
            _refuse(page, entry.line, "name", f"“{entry.name}”与第 {earlier.line} 行的“{earlier.name}”{fault}。")
        given[occasion] = (entry, answer)
