"""Two or three lists laid over each other (QP-2.2: 欠税 × 欠电费 × 投诉): who stands in more than one, and why we think so.

Matched by 统一社会信用代码, else by name without blanks, punctuation and width, with 有限责任公司 read as 有限公司. The same name under
two codes is shown and never chosen for anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from arrears.cases.filing import EmployerFacts, employer_for
from arrears.cases.models import NoCode
from arrears.cases.names import name_key, uscc_fault
from arrears.early_warning import actions
from arrears.early_warning.actions import SignalFacts
from arrears.early_warning.models import ListComparison, SourceList
from arrears.early_warning.sources import kinds, sources
from unions.common import xlsx_cells as cells
from unions.common.clock import day_of
from unions.common.refusals import Forbidden, Refused, Stale
from unions.common.tables import Column, Columns, Line, Sort, Table, open_table
from unions.models import Union, User
from unions.people.rights import Right
from unions.tree.regions import region_of

NAMES = (
    "单位名称",
    "企业名称",
    "用人单位名称",
    "用人单位",
    "纳税人名称",
    "户名",
    "用户名称",
    "客户名称",
    "被投诉单位",
    "名称",
)
CODES = ("统一社会信用代码", "社会信用代码", "信用代码", "纳税人识别号", "税号", "统一代码")
LIST = Columns(
    [
        Column("name", NAMES[0], others=NAMES[1:], required=True),
        Column("code", CODES[0], others=CODES[1:]),
        Column("amount", "金额", Sort.FIGURE),
        Column("on", "日期", Sort.DAY),
    ]
)
MOST_ROWS = 50_000
MOST_MATCHES = 2_000
SAME_CODE = "统一社会信用代码 {code} 相同"
SAME_NAME = "名称相同（不计空格、标点和全角半角）"
ALIKE = "名称相同（“有限责任公司”与“有限公司”视同）"
TWO_CODES = "名称相同而代码不同（{codes}），请核对是不是同一单位"


@dataclass(frozen=True)
class ComparedRow:
    """One row of one list (`nth` from 0): `number` as Excel shows it."""

    nth: int
    number: int
    name: str
    code: str
    amount: Decimal | None
    on: date | None


@dataclass
class Match:
    """Rows of at least two lists about one employer. `sure`: nothing speaks against it."""

    rows: list[ComparedRow]
    because: list[str] = field(default_factory=list)
    sure: bool = True


# Reading -------------------------------------------------------------------------------------------------------------


@dataclass
class ComparedList:
    """The rows of one list, and what is said of it."""

    rows: list[ComparedRow]
    notes: list[str]


def read_list(file: UploadedFile, nth: int) -> ComparedList:
    """Rows of an .xlsx or .csv with a column of names. Raises Refused with the file's name and how to mend it.

    An amount or a day that cannot be read is left out and named: the list was made by others, for something else.
    """
    name = file.name or f"第 {nth + 1} 份名单"
    try:
        return _read(open_table(file, LIST), nth)
    except Refused as refusal:
        raise Refused(f"“{name}”：{refusal.message}") from refusal


def _read(table: Table, nth: int) -> ComparedList:
    if "name" not in table.places:
        raise Refused("没有单位名称这一列，请把列名改为“单位名称”。")
    table.adopt("amount", "金额", "欠税", "欠费", "欠缴")
    table.adopt("on", "日期", "所属期", "时间")
    notes: list[str] = []
    rows = [row for line in table if name_key((row := _listed(nth, line, notes)).name)]
    if not rows:
        raise Refused("其中没有任何单位，请核对是否选错了文件。")
    if len(rows) > MOST_ROWS:
        raise Refused(f"超过 {MOST_ROWS:,} 行，请只保留要比对的部分。")
    unread = [f"有 {len(notes):,} 格未采用：{'；'.join(notes[:3])}"] if notes else []
    wrong = [f"第 {bad.row} 行{bad.reason}" for bad in table.faults]
    return ComparedList(rows, [*table.notes, *unread, *wrong])


_READERS: dict[str, cells.Reader] = {
    "name": lambda value: cells.plain(value)[:120],
    "code": lambda value: re.sub(r"[\s-]", "", cells.plain(value)).upper(),
    "amount": cells.yuan,
    "on": cells.day(date.max),
}


def _listed(nth: int, line: Line, notes: list[str]) -> ComparedRow:
    said, bad = line.read(LIST, _READERS)
    notes += [f"第 {fault.row} 行“{fault.column}”：{fault.reason}" for fault in bad]
    code = said.get("code", "")
    known = code if code and uscc_fault(code) is None else ""
    return ComparedRow(nth, line.number, said.get("name", ""), known, said.get("amount"), said.get("on"))


# Matching ------------------------------------------------------------------------------------------------------------


def alike(name: str) -> str:
    return name_key(name).replace("有限责任公司", "有限公司")


def match(lists: Sequence[Sequence[ComparedRow]]) -> list[Match]:
    """Employers that stand in at least two lists, those in most lists first."""
    rows = [row for one in lists for row in one]
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        while leader.setdefault(key, key) != key:
            leader[key] = key = leader[leader[key]]
        return key

    codes_of: dict[str, set[str]] = {}
    for row in rows:
        if row.code:
            codes_of.setdefault(alike(row.name), set()).add(row.code)
    for row in rows:
        # A name under one code belongs to it; under two it joins nothing but itself.
        codes = codes_of.get(alike(row.name), set())
        if row.code and len(codes) == 1:
            leader[find(f"name:{alike(row.name)}")] = find(f"code:{row.code}")
    groups: dict[str, list[ComparedRow]] = {}
    for row in rows:
        doubtful = len(codes_of.get(alike(row.name), ())) > 1
        key = f"name:{alike(row.name)}" if doubtful or not row.code else f"code:{row.code}"
        groups.setdefault(find(key), []).append(row)
    found = [_explained(group) for group in groups.values() if len({row.nth for row in group}) > 1]
    found.sort(key=lambda one: (-len({row.nth for row in one.rows}), not one.sure, one.rows[0].number))
    return found


def _explained(rows: list[ComparedRow]) -> Match:
    codes = sorted({row.code for row in rows if row.code})
    match = Match(rows)
    by_code = {code: {row.nth for row in rows if row.code == code} for code in codes}
    match.because += [SAME_CODE.format(code=code) for code, lists in by_code.items() if len(lists) > 1]
    if len(codes) > 1:
        match.because.append(TWO_CODES.format(codes="、".join(codes)))
        match.sure = False
    uncoded_or_split = any(not row.code for row in rows) or len(codes) > 1
    if uncoded_or_split or not match.because:
        same = len({name_key(row.name) for row in rows}) == 1
        match.because.append(SAME_NAME if same else ALIKE)
    return match


# Keeping and taking over -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Brought:
    """A list as the reader describes it."""

    file: UploadedFile
    source: str
    kind: str


def compare(union: Union, brought: Sequence[Brought], by: User, at: datetime) -> ListComparison:
    """Lay the lists over each other and keep what was found, for `by` to choose from."""
    if not by.may(Right.INSPECT, union):
        raise Forbidden(f"您没有在“{union}”登记预警信息的权限。")
    lists = [read_list(one.file, nth) for nth, one in enumerate(brought)]
    found = match([one.rows for one in lists])
    if len(found) > MOST_MATCHES:
        raise Refused(f"同时出现的单位超过 {MOST_MATCHES:,} 个，请先缩小名单的范围（如只取欠缴三个月以上的）。")
    told = [
        {
            "name": one.file.name,
            "source": one.source,
            "kind": one.kind,
            "rows": len(one_list.rows),
            "notes": one_list.notes,
            "label": f"{sources()[one.source].label} {kinds()[one.kind]}",
        }
        for one, one_list in zip(brought, lists, strict=True)
    ]
    return ListComparison.objects.create(
        union=union, by=by, at=at, lists=told, matches=[_as_json(one) for one in found]
    )


def _as_json(match: Match) -> dict[str, Any]:
    return {
        "because": match.because,
        "sure": match.sure,
        "rows": [
            {
                "list": row.nth,
                "row": row.number,
                "name": row.name,
                "code": row.code,
                "amount": None if row.amount is None else str(row.amount),
                "on": row.on and row.on.isoformat(),
            }
            for row in match.rows
        ],
    }


@transaction.atomic
def take(comparison: ListComparison, chosen: Sequence[int], by: User, at: datetime) -> int:
    """Make signals of the chosen matches, one per list and employer; how many are new."""
    comparison = ListComparison.objects.select_for_update(of=("self",)).select_related("union").get(pk=comparison.pk)
    wanted = sorted({nth for nth in chosen if 0 <= nth < len(comparison.matches)})
    if not wanted:
        raise Refused("请先勾选要登记的单位。")
    if set(wanted) & set(comparison.taken):
        raise Stale("勾选的单位里有已经登记过的，请刷新页面再选。")
    place, today = region_of(comparison.union)[:6], day_of(at)
    rows = [pair for nth in wanted for pair in _signals(comparison, nth, place, today)]
    made, _ = actions.record_signals(comparison.union, rows, by, at, _here(comparison))
    comparison.taken = sorted({*comparison.taken, *wanted})
    comparison.save(update_fields=["taken"])
    return len(made)


def _here(comparison: ListComparison) -> set[str]:
    """Sources of matches taken before whose list was written down since the lists were laid over each other."""
    taken = (row for nth in comparison.taken for row in comparison.matches[nth]["rows"])
    told = {comparison.lists[row["list"]]["source"] for row in taken}
    lists = SourceList.objects.filter(rhythm__union=comparison.union, rhythm__source__in=told, at__gte=comparison.at)
    return set(lists.values_list("rhythm__source", flat=True))


def _signals(comparison: ListComparison, nth: int, place: str, today: date) -> Iterable[tuple[Any, SignalFacts]]:
    rows = comparison.matches[nth]["rows"]
    code = next((row["code"] for row in rows if row["code"]), "")
    facts = EmployerFacts(
        name=next((row["name"] for row in rows if row["code"]), rows[0]["name"]),
        uscc=code,
        no_code="" if code else NoCode.UNKNOWN.value,
        region_code=place,
    )
    employer = employer_for(facts)
    because = "；".join(comparison.matches[nth]["because"])
    for row in rows:
        told = comparison.lists[row["list"]]
        on = min(date.fromisoformat(row["on"]), today) if row["on"] else today
        amount = None if row["amount"] is None else Decimal(row["amount"])
        detail = f"名单比对：{told['name']} 第 {row['row']} 行（{row['name']}）。{because}"
        yield employer, SignalFacts(told["source"], told["kind"], on, today, amount, detail)
