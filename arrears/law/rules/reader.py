"""TOML → Rulebook. A bad file is refused as a whole, with file, line and reason; nothing is guessed."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from arrears.law.rules import vocabulary as words
from arrears.law.rules.consistency import check
from arrears.law.rules.rulebook import (
    END_OF_DAY,
    Alternative,
    Campaign,
    Clause,
    Crime,
    DeadlineRule,
    Due,
    Grade,
    Ground,
    Indicator,
    Level,
    Only,
    Publication,
    ReturnRule,
    Rulebook,
    Subsidy,
    Threshold,
)
from arrears.law.rules.table import Page, RulebookError, Table

SHELF = Path(__file__).parent.parent / "rulebooks"
NOTICES = ("qingdao-2021", "qinghai-2022-41", "shandong-2023-18", "yingkou-2018-2", "qingpu-2023-1")
MOST_DAYS, MOST_MONTHS = 2500, 120  # of one term: about ten years
MOST_YEARS, MOST_LEVELS = 20, 20
MOST_DOTS = 100
MOST_ENTRIES = 300  # of one section; the longest of ours has 30
TERMS = ("workdays", "days", "months", "by", "at_once")
T = TypeVar("T")


def read_rulebook(path: Path) -> Rulebook:
    """Raises RulebookError."""
    return parse_rulebook(path.read_text("utf-8"), path.name)


def parse_rulebook(text: str, file: str) -> Rulebook:
    """`file` names the text in errors. Raises RulebookError."""
    page = Page(file, text)
    for number, line in enumerate(page.lines, 1):
        if line.count(".") > MOST_DOTS:  # reading a.a.a… takes the square of its length
            raise RulebookError(file, number, f"这一行有 {MOST_DOTS} 个以上的点，不像规则文件，请核对。")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        raise RulebookError(file, int(place[1]) if place else len(page.lines), f"不是合格的 TOML：{error}") from error
    book = _book(Table(page, data, 1, ""))
    check(book, page)
    return replace(book, digest=hashlib.sha256(text.encode()).hexdigest())


@cache
def shelf(folder: Path = SHELF) -> dict[str, Rulebook]:
    """Every rulebook of a folder (the law's in `law/`) by key. Raises RulebookError; two files of one key included."""
    books: dict[str, Rulebook] = {}
    for path in _files(folder):
        book = read_rulebook(path)
        if book.key in books:
            raise RulebookError(path.name, 1, f"“{book.key}”已有另一个文件。")
        books[book.key] = book
    return books


def _files(folder: Path) -> list[Path]:
    return [*sorted((folder / "law").glob("*.toml")), *sorted(folder.glob("*.toml"))]


def text_of(book: Rulebook, folder: Path = SHELF) -> str:
    """The file of a folder that `book` was read from. Raises LookupError when it has changed or gone since."""
    for path in _files(folder):
        text = path.read_text("utf-8")
        if hashlib.sha256(text.encode()).hexdigest() == book.digest:
            return text
    raise LookupError(book.key)


def _book(table: Table) -> Rulebook:
    kind = table.one_of("kind", ("notice", "law"), "notice")
    law = kind == "law"
    book = Rulebook(
        key=table.text("key"),
        kind=kind,
        title=table.text("title", most=200),
        issuer=table.text("issuer"),
        number=table.text("number", ""),
        issued=table.day("issued"),
        first=table.day("first"),
        last=table.maybe_day("last"),
        attached_to=table.text("attached_to", "" if law else None),
        region=table.text("region", ""),
        clauses=_each(table, "clause", _clause),
        campaigns=_each(table, "campaign", _campaign),
        thresholds=_each(table, "threshold", lambda one: _threshold(one, law)),
        grounds=_each(table, "ground", lambda one: _ground(one, law)),
        crimes=_each(table, "crime", lambda one: _crime(one, law)),
        deadlines=_each(table, "deadline", lambda one: _deadline(one, law)),
        returns=_each(table, "return", lambda one: _return(one, law, form=True)),
        routines=_each(table, "routine", lambda one: _return(one, law, form=False)),
        publications=_each(table, "publication", lambda one: _publication(one, law)),
        grades=_each(table, "grade", lambda one: _grade(one, law)),
        indicators=_each(table, "indicator", lambda one: _indicator(one, law)),
        subsidies=_each(table, "subsidy", lambda one: _subsidy(one, law)),
    )
    table.done()
    return book


def _each(table: Table, section: str, read: Callable[[Table], T]) -> tuple[T, ...]:
    found = table.data.pop(section, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        table.refuse(section, f"“{section}”应写成 [[{section}]]。")
    if len(found) > MOST_ENTRIES:
        table.refuse(section, f"[[{section}]] 有 {len(found)} 项，最多 {MOST_ENTRIES} 项，请核对是否选错了文件。")
    entries = []
    for nth, item in enumerate(found):
        one = Table(table.page, item, table.page.header(section, nth), f"[[{section}]] ")
        entries.append(read(one))
        one.done()
    return tuple(entries)


def _clause(table: Table) -> Clause:
    return Clause(table.text("id"), table.text("heading"), table.text("quotation", ""), table.text("summary"))


def _campaign(table: Table) -> Campaign:
    return Campaign(
        table.line,
        table.text("name"),
        table.text("clause"),
        table.text("quotation"),
        table.text("title"),
        table.day("first"),
        table.day("last"),
    )


def _common(table: Table, law: bool) -> dict[str, Any]:
    """The fields of every entry. A law is cited by `basis`; a notice is quoted."""
    return {
        "line": table.line,
        "name": table.text("name"),
        "clause": table.text("clause"),
        "quotation": table.text("quotation", "" if law else None),
        "title": table.text("title"),
        "reading": table.text("reading", ""),
        "basis": table.text("basis", None if law else ""),
        "local": table.truth("local"),
    }


def _threshold(table: Table, law: bool) -> Threshold:
    return Threshold(
        **_common(table, law),
        any=_alternatives(table, 1),
        effect=table.text("effect"),
        immediate=table.truth("immediate"),
    )


def _ground(table: Table, law: bool) -> Ground:
    return Ground(
        **_common(table, law),
        when=table.text("when", ""),
        senders=table.some_of("senders", words.UNION_KINDS),
        immediate=table.truth("immediate"),
    )


def _crime(table: Table, law: bool) -> Crime:
    return Crime(**_common(table, law), any=_alternatives(table, 0), region=table.text("region", ""))


def _alternatives(table: Table, least: int) -> tuple[Alternative, ...]:
    found = tuple(_alternative(one) for one in table.inside_each("any"))
    if len(found) < least:
        table.refuse("any", "“any”至少要有一种情形。")
    return found


def _alternative(table: Table) -> Alternative:
    if not table.data:
        table.refuse("any", "情形里没有任何条件。")
    alternative = Alternative(
        workers_from=table.whole("workers_from"),
        workers_over=table.whole("workers_over"),
        amount_from=table.amount("amount_from"),
        amount_over=table.amount("amount_over"),
        months_from=table.amount("months_from"),
        months_over=table.amount("months_over"),
        one_worker=table.truth("one_worker"),
        flags=table.some_of("flags", words.FLAGS),
    )
    table.done()
    return alternative


def _deadline(table: Table, law: bool) -> DeadlineRule:
    terms = [key for key in TERMS if key in table.data]
    rule = DeadlineRule(
        **_common(table, law),
        subject=table.one_of("subject", words.SUBJECTS),
        holder=table.text("holder"),
        starts=table.some_of("starts", words.MOMENTS, 1),
        met_by=table.some_of("met_by", words.MOMENTS),
        workdays=table.whole("workdays", MOST_DAYS),
        days=table.whole("days", MOST_DAYS),
        months=table.whole("months", MOST_MONTHS),
        by=table.maybe_day("by"),
        at_once=table.truth("at_once"),
        warn_after_hours=table.whole("warn_after_hours", MOST_DAYS),
        extension_workdays=table.whole("extension_workdays", MOST_DAYS),
        extension_days=table.whole("extension_days", MOST_DAYS),
        sense=table.one_of("sense", words.SENSES, "due"),
        campaign=table.text("campaign", ""),
        stock=table.truth("stock"),
        when=table.text("when", ""),
        since=table.maybe_day("since"),
        only=_only(table.inside("only")),
    )
    table.done()  # first: a misspelt term is an unknown key, not a missing one
    if len(terms) != 1:
        table.refuse(terms[-1] if terms else "name", f"期限要写且只写一种：{'、'.join(TERMS)}。")
    return rule


def _only(table: Table | None) -> Only:
    if table is None:
        return Only((), (), (), "", None)
    only = Only(
        union_kinds=table.some_of("union_kinds", words.UNION_KINDS),
        natures=table.some_of("natures", words.NATURES),
        channels=table.some_of("channels", words.CHANNELS),
        region=table.text("region", ""),
        hard=table.maybe_truth("hard"),
    )
    table.done()
    return only


def _return(table: Table, law: bool, form: bool) -> ReturnRule:
    due = table.inside("due")
    if due is None:
        table.refuse("name", "缺少“due”（何时报）。")
    return ReturnRule(
        **_common(table, law),
        form=table.text("form", None if form else ""),
        every=table.one_of("every", words.RHYTHMS),
        covers=table.one_of("covers", ("this", "previous"), "this"),
        first=table.maybe_day("first"),
        last=table.maybe_day("last"),
        due=_due(due),
        campaign=table.text("campaign", ""),
        senders=table.some_of("senders", words.UNION_KINDS),
        receiver=table.text("receiver", ""),
        silence=table.one_of("silence", ("missing", "zero"), "missing"),
        onward=table.text("onward", ""),
    )


def _due(table: Table) -> Due:
    keys = [key for key in ("weekday", "workday", "last_workday", "workdays_after", "on") if key in table.data]
    if len(keys) != 1:
        table.refuse(
            keys[-1] if keys else "due", "报送日要写且只写一种：weekday、workday、last_workday、workdays_after、on。"
        )
    weekday = table.one_of("weekday", words.WEEKDAY_NAMES, "")
    due = Due(
        weekday=words.WEEKDAY_NAMES.index(weekday) if weekday else None,
        workday=table.whole("workday"),
        last_workday=table.truth("last_workday"),
        workdays_after=table.whole("workdays_after", MOST_DAYS),
        after=table.maybe_day("after"),
        on=table.maybe_day("on"),
        time=table.clock("time", END_OF_DAY),
    )
    table.done()
    return due


def _publication(table: Table, law: bool) -> Publication:
    return Publication(
        **_common(table, law), every=table.one_of("every", ("quarter", "half-year")), by=table.text("by")
    )


def _grade(table: Table, law: bool) -> Grade:
    common = _common(table, law)
    levels = tuple(_level(one) for one in table.inside_each("levels"))
    if not levels:
        table.refuse("levels", "“levels”至少要有一级。")
    weights = table.inside("weights")
    return Grade(
        **common,
        levels=levels,
        weights=weights.amounts(words.SIGNALS) if weights else (),
        decay_days=table.whole("decay_days"),
        years=table.whole("years", MOST_YEARS),
    )


def _level(table: Table) -> Level:
    level = Level(
        table.text("label"),
        table.whole("signals_from"),
        table.amount("points_from"),
        table.whole("every_days", MOST_DAYS),
        table.text("service", "", most=200),
        warned_from=table.whole("warned_from", MOST_LEVELS),
        arrears_from=table.whole("arrears_from"),
        unfinished_from=table.whole("unfinished_from"),
        findings_from=table.whole("findings_from"),
        workforce_from=table.whole("workforce_from"),
    )
    table.done()
    return level


def _subsidy(table: Table, law: bool) -> Subsidy:
    return Subsidy(**_common(table, law), per_case=table.amount("per_case"))


def _indicator(table: Table, law: bool) -> Indicator:
    weight, full, zero = table.amount("weight"), table.amount("full"), table.amount("zero")
    if weight is None:
        table.refuse("name", "缺少“weight”（权重）。")
    return Indicator(
        **_common(table, law),
        measure=table.one_of("measure", words.JUDGED),
        weight=weight,
        full=Decimal(100) if full is None else full,
        zero=zero or Decimal(0),
        reach=table.one_of("reach", words.REACHES, "own"),
        body=table.text("body", "", most=20),
        days=table.whole("days", MOST_DAYS),
        per_year=table.whole("per_year"),
        needs=table.some_of("needs", words.NEEDS),
        per_quarter=table.whole("per_quarter"),
    )
