"""A rulebook laid out like its notice: paragraph by paragraph, and beside each what the system does about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from arrears.law.editions import wording
from arrears.law.editions.texts import NoticeText, Paragraph, Piece
from arrears.law.rules.holiday_sources import CalendarError
from arrears.law.rules.rulebook import (
    Clause,
    Crime,
    DeadlineRule,
    Entry,
    Grade,
    Ground,
    Indicator,
    PublicationRule,
    Requirement,
    ReturnRule,
    Rulebook,
    Subsidy,
    Threshold,
)
from arrears.law.rules.schedule import Scheduled, routines, schedule
from arrears.law.rules.vocabulary import MOMENTS
from arrears.law.rules.workdays import Calendar

AHEAD = timedelta(days=400)
NO_LOCAL = "通知和法律都没有给出数字，由本地设置"


@dataclass(frozen=True)
class ClauseItem:
    """One entry as a reader sees it. `kind` is its sort in Chinese; `example` reckons from today or names the next due day.

    `provisional`: the example rests on a year whose days off are not decreed yet.
    """

    kind: str
    icon: str
    title: str
    lines: list[str]
    example: str = ""
    local: list[str] = field(default_factory=list)
    basis: str = ""
    reading: str = ""
    provisional: bool = False
    over: bool = False  # a campaign that has ended, a return that falls due no more


@dataclass(frozen=True)
class ClauseShown:
    clause: Clause
    items: list[ClauseItem]
    found: bool = True


@dataclass(frozen=True)
class ClauseRow:
    """A paragraph of the notice with the clauses that begin in it. No `paragraph`: the clause's words were not found."""

    paragraph: Paragraph | None
    pieces: list[Piece]
    clauses: list[ClauseShown]


def laid_out(book: Rulebook, text: NoticeText | None, today: date, calendar: Calendar) -> list[ClauseRow]:
    """Rows in the notice's own order; clauses whose words are not in the text (or all, without a text) come last."""
    items = items_by_clause(book, today, calendar)
    places: dict[int | None, list[ClauseShown]] = defaultdict(list)
    for clause in book.clauses:
        place = text.find(clause.quotation) if text else None
        places[place].append(ClauseShown(clause, items.get(clause.id, []), place is not None))
    rows: list[ClauseRow] = []
    if text:
        quotations = list(quoted(book))
        rows = [
            ClauseRow(paragraph, text.pieces(nth, quotations), places.get(nth, []))
            for nth, paragraph in enumerate(text.paragraphs)
        ]
    return rows + [ClauseRow(None, [], [shown]) for shown in places.get(None, [])]


def quoted(book: Rulebook) -> Iterable[str]:
    """Every quotation of a rulebook that has words."""
    sources: Iterable[Clause | Entry] = (*book.clauses, *book.entries())
    yield from (source.quotation for source in sources if source.quotation)
    yield from (campaign.quotation for campaign in book.campaigns)


def items_by_clause(book: Rulebook, today: date, calendar: Calendar) -> dict[str, list[ClauseItem]]:
    found: dict[str, list[ClauseItem]] = defaultdict(list)
    for campaign in book.campaigns:
        lines = [f"{campaign.first:%Y-%m-%d} 至 {campaign.last:%Y-%m-%d}（含首尾两日）"]
        over = campaign.last < today
        lines.append("已结束" if over else "尚未开始" if today < campaign.first else "正在进行")
        found[campaign.clause].append(ClauseItem("行动期间", "flag", campaign.title, lines, over=over))
    for entry in book.entries():
        found[entry.clause].append(_item(entry, book, today, calendar))
    return found


# Entries that say what they say in a few lines: what they are called, their icon, their lines.
PLAIN: dict[type[Entry], tuple[str, str, Callable[[Any, Rulebook], list[str]]]] = {
    Ground: ("上报依据", "arrow-up", wording.ground),
    PublicationRule: ("公布", "speakerphone", lambda entry, book: [wording.publication(entry)]),
    Grade: ("等级", "adjustments-horizontal", lambda entry, book: wording.grade(entry)),
    Indicator: ("考核指标", "star", lambda entry, book: wording.indicator(entry)),
    Subsidy: ("以案定补", "coin-yuan", lambda entry, book: [wording.subsidy(entry)]),
    Requirement: ("办理要求", "checklist", wording.requirement),
}


def _item(entry: Entry, book: Rulebook, today: date, calendar: Calendar) -> ClauseItem:
    match entry:
        case Threshold():
            return _threshold(entry)
        case Crime():
            return _crime(entry)
        case DeadlineRule():
            return _deadline(entry, book, today, calendar)
        case ReturnRule():
            return _return(entry, book, today, calendar)
    kind, icon, lines = PLAIN[type(entry)]
    return _plain(entry, kind, icon, lines(entry, book))


def _plain(entry: Entry, kind: str, icon: str, lines: list[str]) -> ClauseItem:
    local = [NO_LOCAL] if entry.local else []
    return ClauseItem(kind, icon, entry.title, lines, local=local, basis=entry.basis, reading=entry.reading)


def _threshold(entry: Threshold) -> ClauseItem:
    lines = [wording.alternative(one) for one in entry.any]
    effect = f"达到即：{entry.effect}" + ("（立即）" if entry.immediate else "")
    return _plain(entry, "门槛", "scale", [*_either(lines), effect])


def _crime(entry: Crime) -> ClauseItem:
    if not entry.any:
        return _plain(entry, "犯罪数额标准", "gavel", ["未设定：不作判断，也不用其他地方的数字代替"])
    return _plain(entry, "犯罪数额标准", "gavel", _either([wording.alternative(one) for one in entry.any]))


def _either(lines: list[str]) -> list[str]:
    return [line if nth == 0 else f"或者：{line}" for nth, line in enumerate(lines)]


def _deadline(entry: DeadlineRule, book: Rulebook, today: date, calendar: Calendar) -> ClauseItem:
    lines = [wording.term(entry), f"责任：{wording.bearer(entry)}"]
    if wanted := wording.conditions(entry, book):
        lines.append("限于：" + "；".join(wanted))
    if done := wording.met_by(entry):
        lines.append(f"完成标志：{done}")
    if more := wording.extension(entry):
        lines.append(more)
    over = bool(entry.campaign and book.window(entry.campaign)[1] < today)
    if entry.campaign:
        first, last = book.window(entry.campaign)
        lines.append(f"只在行动期间 {first:%Y-%m-%d} 至 {last:%Y-%m-%d}")
    example, provisional = reckoned(entry, today, calendar)
    return ClauseItem(
        "期限",
        "clock",
        entry.title,
        lines,
        example,
        wording.local_settings(entry),
        entry.basis,
        entry.reading,
        provisional,
        over,
    )


def reckoned(rule: DeadlineRule, today: date, calendar: Calendar) -> tuple[str, bool]:
    """The term counted from today, for a reader to check her own count against."""
    what = MOMENTS[rule.starts[0]]
    if rule.workdays:
        reckoning = calendar.add_workdays(today, rule.workdays, what)
    elif rule.days:
        reckoning = calendar.add_days(today, rule.days, what)
    elif rule.months:
        reckoning = calendar.months_later(today, rule.months, what)
    else:
        return "", False
    return f"以今天为例：{reckoning.explanation}", reckoning.provisional


def _return(entry: ReturnRule, book: Rulebook, today: date, calendar: Calendar) -> ClauseItem:
    sent = bool(entry.form)
    lines = [wording.rhythm(entry), wording.senders(entry)]
    if days := wording.covered_days(entry):
        lines.append(f"所报期间：{days}")
    example, provisional, over = next_due(entry, book, today, calendar)
    kind, icon = ("报表", "report") if sent else ("经常性工作", "checklist")
    local = [NO_LOCAL] if entry.local else []
    return ClauseItem(kind, icon, entry.title, lines, example, local, entry.basis, entry.reading, provisional, over)


def next_due(rule: ReturnRule, book: Rulebook, today: date, calendar: Calendar) -> tuple[str, bool, bool]:
    """In words the next due moment, or the last one when none is to come; whether provisional; whether it is over."""
    coming = _of(rule, book, today, today + AHEAD, calendar)
    if coming:
        one = coming[0]
        return f"下一次：{one.due_at:%Y-%m-%d %H:%M} 前（{one.explanation}）", one.provisional, False
    past = _of(rule, book, max(book.first, today - 20 * AHEAD), today, calendar)
    if past:
        return f"已全部到期，最后一次：{past[-1].due_at:%Y-%m-%d %H:%M}", False, True
    return "", False, False


def _of(rule: ReturnRule, book: Rulebook, first: date, last: date, calendar: Calendar) -> list[Scheduled]:
    try:
        found = (schedule if rule.form else routines)(book, first, last, calendar)
    except CalendarError:  # a notice that begins after today has no past
        return []
    return [one for one in found if one.rule.name == rule.name]
