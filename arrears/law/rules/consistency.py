"""What a rulebook must not say: a clause it does not have, a window that ends before it begins, the same thing twice differently."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from arrears.law.rules.rulebook import (
    SECTIONS,
    Alternative,
    Campaign,
    Clause,
    Crime,
    DeadlineRule,
    Entry,
    Grade,
    Ground,
    Indicator,
    Only,
    ReturnRule,
    Rulebook,
    Threshold,
)
from arrears.law.rules.toml_reader import Lines, Path, TomlFault
from arrears.law.rules.vocabulary import ABLE, GROUNDS, MOMENTS, MOMENTS_OF, ONLY_MEETS, UNION_KINDS

TERMS = ("workdays", "days", "months", "by", "at_once")
DUE_DAYS = ("weekday", "workday", "last_workday", "workdays_after_end", "workdays_after", "on")
RHYTHM_OF_DUE = {"weekday": "week", "workday": "month", "workdays_after": "once", "on": "once"}


class Wrong(NamedTuple):
    """Where something is wrong: at a key of an entry (None: of the rulebook itself), and inside it at `inner`."""

    entry: Entry | Campaign | Clause | None
    key: str
    sentence: str
    inner: Path = ()


def faults(book: Rulebook, lines: Lines) -> Iterator[TomlFault]:
    """Find everything that does not hold together."""
    paths: dict[int, Path] = {
        id(entry): (section, nth) for section, name in SECTIONS.items() for nth, entry in enumerate(getattr(book, name))
    }
    for wrong in _found(book):
        path: Path = (*paths.get(id(wrong.entry), ()), wrong.key, *wrong.inner)
        if wrong.sentence:
            yield TomlFault(path, wrong.sentence)
        else:
            where = f"[[{path[0]}]] " if wrong.entry else ""
            blank = f"“{wrong.key}”应是一段文字，不能是空的。"
            yield TomlFault(path, where + (blank if lines.has(path) else f"缺少“{wrong.key}”。"))


def _found(book: Rulebook) -> Iterator[Wrong]:
    yield from _frame(book)
    yield from _clauses(book)
    yield from _names(book)
    yield from _campaigns(book)
    for deadline in book.deadlines:
        yield from _terms_of(deadline)
        yield from _who_can(deadline)
        yield from _can_be_met(book, deadline)
    for rule in (*book.returns, *book.routines):
        yield from _return(rule)
    conditional: list[Threshold | Crime] = [*book.thresholds, *book.crimes]
    for entry in conditional:
        for nth, alternative in enumerate(entry.any):
            if alternative == Alternative():
                yield Wrong(entry, "any", f"“{entry.name}”的情形里没有任何条件。", (nth,))
    for grade in book.grades:
        yield from _grade(grade)
    yield from _indicators(book.indicators)
    yield from _thresholds_named(book)
    yield from _grounds(book)
    yield from _contradictions(book)


def _missing(entry: Entry | None, key: str) -> Wrong:
    """A key that this file needs is left out or blank."""
    return Wrong(entry, key, "")


def _frame(book: Rulebook) -> Iterator[Wrong]:
    """A law is cited by `basis`; a notice is quoted, and holds for a union."""
    law = book.kind == "law"
    if not law and not book.attached_to.strip():
        yield _missing(None, "attached_to")
    if book.last and book.last < book.first:
        yield Wrong(None, "last", f"有效期止 {book.last} 早于起 {book.first}。")
    if not book.clauses:
        yield Wrong(None, "key", "没有任何条款 [[clause]]。")
    for entry in book.entries():
        if not (entry.basis if law else entry.quotation).strip():
            yield _missing(entry, "basis" if law else "quotation")
    yield from _hollow(book)


def _hollow(book: Rulebook) -> Iterator[Wrong]:
    """Entries that lack the part by which they say anything at all."""
    for rule in book.returns:
        if not rule.form.strip():
            yield _missing(rule, "form")
    for threshold in book.thresholds:
        if not threshold.any:
            yield Wrong(threshold, "any", "“any”至少要有一种情形。")
    for grade in book.grades:
        if not grade.levels:
            yield Wrong(grade, "levels", "“levels”至少要有一级。")


def _terms_of(rule: DeadlineRule) -> Iterator[Wrong]:
    terms = [key for key in TERMS if getattr(rule, key)]
    if len(terms) != 1:
        yield Wrong(rule, terms[-1] if terms else "name", f"“{rule.name}”的期限要写且只写一种：{'、'.join(TERMS)}。")


def _who_can(rule: DeadlineRule) -> Iterator[Wrong]:
    """Nobody owes what is not in her power: 同级部门 exist only where there is a level."""
    able = {kind for name in rule.met_by for kind in ABLE.get(name, UNION_KINDS)}
    if unable := [kind for kind in rule.owed_by if rule.met_by and kind not in able]:
        done = "、".join(MOMENTS[name] for name in rule.met_by)
        sentence = (
            f"“{rule.name}”由 {'、'.join(unable)} 承担，这类工会办不到“{done}”，可写：{'、'.join(sorted(able))}。"
        )
        yield Wrong(rule, "owed_by", sentence)


def _can_be_met(book: Rulebook, rule: DeadlineRule) -> Iterator[Wrong]:
    """A term must be able to begin and to be met, or it stands open for good with everybody it holds for."""
    about = f"“{rule.name}”（subject = {rule.subject}）"
    known = MOMENTS_OF[rule.subject]
    for key, fitting in (("starts", known - ONLY_MEETS), ("met_by", known)):
        if foreign := [name for name in getattr(rule, key) if name not in fitting]:
            words = "、".join(f"{name}（{MOMENTS[name]}）" for name in foreign)
            what = "永远不会起算" if key == "starts" else "永远不能完成"
            yield Wrong(rule, key, f"{about}不会有 {words}，{what}；可用：{'、'.join(sorted(fitting))}。")
    if rule.sense == "due" and not rule.met_by:
        yield Wrong(rule, "name", f"{about}没有写 met_by（以哪一件事为完成），永远不能完成。")
    if rule.met_by and set(rule.met_by) <= set(rule.starts):
        yield Wrong(rule, "met_by", f"{about}以起算的同一件事为完成，一开始就已完成。")
    if rule.by and rule.by < book.first:
        yield Wrong(rule, "by", f"{about}的统一期限 {rule.by} 早于有效期起 {book.first}，没有人能按期完成。")


def _clauses(book: Rulebook) -> Iterator[Wrong]:
    known: set[str] = set()
    for clause in book.clauses:
        if clause.id in known:
            yield Wrong(clause, "id", f"条款 {clause.id} 写了两次。")
        known.add(clause.id)
    cited: list[Campaign | Entry] = [*book.campaigns, *book.entries()]
    for entry in cited:
        if entry.clause not in known:
            yield Wrong(entry, "clause", f"“{entry.name}”引用的条款 {entry.clause} 不在本文件的 [[clause]] 里。")


def _names(book: Rulebook) -> Iterator[Wrong]:
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
        book.requirements,
    ]
    for entries in sections:
        seen: dict[str, int] = {}
        for entry in entries:
            if entry.name in seen:
                yield Wrong(entry, "name", f"“{entry.name}”与第 {seen[entry.name]} 行重名。")
            seen[entry.name] = entry.line


def _campaigns(book: Rulebook) -> Iterator[Wrong]:
    for campaign in book.campaigns:
        if campaign.last < campaign.first:
            yield Wrong(campaign, "last", f"“{campaign.name}”的止日早于起日。")
        if campaign.first > (book.last or date.max) or campaign.last < book.first:
            yield Wrong(campaign, "first", f"“{campaign.name}”不在有效期 {book.first} 至 {book.last or '长期'} 之内。")
    known = {"", *(campaign.name for campaign in book.campaigns)}
    rules: list[DeadlineRule | ReturnRule] = [*book.deadlines, *book.returns, *book.routines]
    for rule in rules:
        if rule.campaign not in known:
            yield Wrong(rule, "campaign", f"“{rule.name}”引用的行动 {rule.campaign} 不在本文件的 [[campaign]] 里。")
    for deadline in book.deadlines:
        if deadline.stock and not deadline.campaign:
            yield Wrong(deadline, "stock", f"“{deadline.name}”写了 stock，却没有行动起始日可以起算。")


def _return(rule: ReturnRule) -> Iterator[Wrong]:
    due = rule.due
    days = [key for key in DUE_DAYS if (day := getattr(due, key)) is not None and day is not False]
    if len(days) != 1:
        yield Wrong(rule, "due", f"“{rule.name}”的报送日要写且只写一种：{'、'.join(DUE_DAYS)}。", tuple(days[-1:]))
        return
    for key, rhythm in RHYTHM_OF_DUE.items():
        if key in days and rule.every != rhythm:
            yield Wrong(rule, "every", f"“{rule.name}”按 {key} 报送，every 应是 {rhythm}。")
    if (due.last_workday or due.workdays_after_end) and rule.every == "once":
        yield Wrong(rule, "every", f"“{rule.name}”只报一次，不能按周期的最后1个工作日或期末之后报送。")
    if (due.workdays_after is None) != (due.after is None):
        yield Wrong(rule, "due", f"“{rule.name}”的 workdays_after 和 after 要一起写。")
    if rule.every == "once" and (rule.first is None or rule.last is None or rule.last < rule.first):
        yield Wrong(rule, "first", f"“{rule.name}”只报一次，要写明所报期间 first 和 last，且不得颠倒。")
    if rule.every != "once" and (rule.first or rule.last):
        yield Wrong(rule, "first", f"“{rule.name}”按周期报送，期间由周期决定，不写 first 和 last。")


def premature(book: Rulebook) -> list[ReturnRule]:
    """Reports on a period that fall due before it is over, though the words quoted from the notice do not name that day."""
    rules = (*book.returns, *book.routines)
    return [rule for rule in rules if rule.form and _before_end(rule) and not _says_the_day(rule)]


def _before_end(rule: ReturnRule) -> bool:
    due = rule.due
    if rule.every == "once" and rule.last:
        earliest = due.on or (due.after + timedelta(due.workdays_after or 0) if due.after else None)
        return earliest is not None and earliest < rule.last
    return due.last_workday or (rule.covers == "this" and (due.weekday is not None or bool(due.workday)))


def _says_the_day(rule: ReturnRule) -> bool:
    due = rule.due
    if due.last_workday:
        return "最后" in rule.quotation
    if due.weekday is not None:
        return any(f"{week}{'一二三四五六日'[due.weekday]}" in rule.quotation for week in ("周", "星期"))
    day = due.on or due.after
    return f"{day.month}月{day.day}日" in rule.quotation if day else "工作日" in rule.quotation


def _grade(grade: Grade) -> Iterator[Wrong]:
    labels = [level.label for level in grade.levels]
    if len(set(labels)) < len(labels):
        yield Wrong(grade, "levels", f"“{grade.name}”的等级名称有重复。")
    yield from _classes(grade)
    for key, what in (("points_from", "分值"), ("signals_from", "条数")):
        steps = [step for level in grade.levels if (step := getattr(level, key)) is not None]
        if steps != sorted(set(steps)):
            yield Wrong(grade, "levels", f"“{grade.name}”的等级须由轻到重，{what}逐级增加。")
        if key == "points_from" and grade.weights and len(steps) < len(labels):
            yield Wrong(grade, "levels", f"“{grade.name}”按分值定级，每一级都要写 points_from。")
        if key == "points_from" and steps and not grade.weights:
            yield Wrong(grade, "levels", f"“{grade.name}”写了 points_from，却没有 weights（每类信息计几分）。")
    if grade.decay_days and not grade.weights:
        yield Wrong(grade, "decay_days", f"“{grade.name}”写了 decay_days，却没有 weights。")


# What may bring an employer into a risk class, and what it counts.
OF_CLASSES = {
    "warned_from": "预警等级",
    "arrears_from": "欠薪件数",
    "unfinished_from": "未结件数",
    "findings_from": "问题数",
    "workforce_from": "职工人数",
}


def _classes(grade: Grade) -> Iterator[Wrong]:
    """Conditions that grow with the class; none on the mildest, where everybody begins, and one at least on every other."""
    told = [{key: value for key in OF_CLASSES if (value := getattr(level, key)) is not None} for level in grade.levels]
    if not any(told):
        if grade.years:
            yield Wrong(grade, "years", f"“{grade.name}”写了 years，却没有 arrears_from。")
        return
    if told[0] or not all(told[1:]):
        yield Wrong(grade, "levels", f"“{grade.name}”最轻的一类不写条件，其余每一类至少写一项条件。")
    for key, what in OF_CLASSES.items():
        steps = [one[key] for one in told if key in one]
        if steps != sorted(set(steps)):
            yield Wrong(grade, "levels", f"“{grade.name}”的类别须由轻到重，{what}逐级增加。")
    if any("arrears_from" in one for one in told) != bool(grade.years):
        yield Wrong(grade, "years", f"“{grade.name}”的 years（几年之内）与 arrears_from 要一起写。")


# Key → the one measure that wants it.
KEY_OF_MEASURE = {"days": "prompt", "per_year": "inspected", "needs": "complete", "per_quarter": "prevented"}
# What is counted at a unit itself and cannot be added up over those below.
OWN_ONLY = frozenset({"liaison"})


def _indicators(indicators: Sequence[Indicator]) -> Iterator[Wrong]:
    """Marks that rise, each key where it belongs, and weights that add up to 100."""
    for one in indicators:
        if not one.zero < one.full <= 100:
            yield Wrong(one, "full", f"“{one.name}”的满分线 {one.full} 须高于零分线 {one.zero}，且不超过 100。")
        if one.measure in OWN_ONLY and one.reach != "own":
            yield Wrong(one, "reach", f"“{one.name}”按 {one.measure} 考核，只计本单位自己的。")
        for key, measure in KEY_OF_MEASURE.items():
            if bool(getattr(one, key)) != (one.measure == measure):
                wanted = "要写" if one.measure == measure else "不写"
                yield Wrong(one, key, f"“{one.name}”按 {one.measure} 考核，{wanted} {key}。")
    total = sum(one.weight for one in indicators)
    if indicators and total != 100:
        yield Wrong(indicators[0], "weight", f"各项 [[indicator]] 的权重合计 {total:g}，应为 100。")
    yield from _one_answer((one, (one.measure, one.reach), (one.full, one.zero)) for one in indicators)


def _thresholds_named(book: Rulebook) -> Iterator[Wrong]:
    known = {"", *(threshold.name for threshold in book.thresholds)}
    rules: list[DeadlineRule | Ground] = [*book.deadlines, *book.grounds]
    for rule in rules:
        if rule.when not in known:
            yield Wrong(rule, "when", f"“{rule.name}”引用的门槛 {rule.when} 不在本文件的 [[threshold]] 里。")


def _grounds(book: Rulebook) -> Iterator[Wrong]:
    """One of every union's own has its condition already; any other says when it is open."""
    for ground in book.grounds:
        if ground.name in GROUNDS and (ground.when or ground.senders):
            yield Wrong(ground, "when", f"“{ground.name}”是各级通用的上报依据，条件已定，不写 when 和 senders。")
        if ground.name not in GROUNDS and not ground.when:
            yield Wrong(
                ground,
                "name",
                f"“{ground.name}”要写 when（达到哪个门槛可用），或改为通用的上报依据：{'、'.join(GROUNDS)}。",
            )


def _contradictions(book: Rulebook) -> Iterator[Wrong]:
    yield from _deadlines_agree(book.deadlines)
    yield from _one_answer(
        (rule, (rule.form or rule.name, rule.every, rule.campaign, rule.first, rule.last), rule.due)
        for rule in (*book.returns, *book.routines)
    )
    yield from _one_answer((one, (one.clause, one.effect), one.any) for one in book.thresholds)
    yield from _one_answer((one, one.region, one.any) for one in book.crimes)
    yield from _one_answer((one, one.by, one.every) for one in book.publications)


def _deadlines_agree(rules: Iterable[DeadlineRule]) -> Iterator[Wrong]:
    """Two terms for one duty contradict each other wherever one case could meet both."""
    earlier: list[DeadlineRule] = []
    for rule in rules:
        for other in earlier:
            if _occasion(rule) == _occasion(other) and _meet(rule.only, other.only):
                fault = "重复" if _term(rule) == _term(other) else "矛盾"
                yield Wrong(rule, "name", f"“{rule.name}”与第 {other.line} 行的“{other.name}”{fault}。")
        earlier.append(rule)


def _occasion(rule: DeadlineRule) -> Hashable:
    return (
        rule.subject,
        rule.holder,
        rule.owed_by,
        rule.starts,
        rule.met_by,
        rule.sense,
        rule.campaign,
        rule.stock,
        rule.when,
    )


def _term(rule: DeadlineRule) -> Hashable:
    return rule.workdays, rule.days, rule.months, rule.by, rule.at_once


def _meet(a: Only, b: Only) -> bool:
    """Whether one case can be what both ask for."""
    pairs = ((a.union_kinds, b.union_kinds), (a.natures, b.natures), (a.channels, b.channels))
    shared = all(not one or not other or set(one) & set(other) for one, other in pairs)
    regions = a.region.startswith(b.region) or b.region.startswith(a.region)
    return shared and regions and (a.hard is None or b.hard is None or a.hard == b.hard)


def _one_answer(answers: Iterable[tuple[Entry, Hashable, Hashable]]) -> Iterator[Wrong]:
    """Two entries for the same occasion: different answers contradict each other, the same one is said twice."""
    given: dict[Hashable, tuple[Entry, Hashable]] = {}
    for entry, occasion, answer in answers:
        if occasion in given:
            earlier, said = given[occasion]
            fault = "重复" if said == answer else "矛盾"
            yield Wrong(entry, "name", f"“{entry.name}”与第 {earlier.line} 行的“{earlier.name}”{fault}。")
        given[occasion] = (entry, answer)
