"""Units from a workbook: all or nothing, every bad cell named, the same file twice changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from django.db import transaction

from unions.common import xlsx_cells as cells
from unions.common.clock import day_of
from unions.common.identity import office_phone_fault
from unions.common.pg_copy import copy_rows, count_anew
from unions.common.refusals import Refused
from unions.common.tables import BadCell, Column, Columns, LeftOut, Line, Sort, Table, open_table
from unions.log import audit
from unions.models import Event, Placement, Union, UnionKind, User
from unions.models.union import TERRITORIAL
from unions.people.rights import Right
from unions.tree import actions as tree

CODE, NAME, KIND, PARENT = "编码", "名称", "类型", "上级编码"
REGION, ROUTE, DUTY, PHONE, SINCE = "行政区划代码", "属地上报编码", "值班人员", "公布电话", "成立日期"
REQUIRED = (CODE, NAME, KIND, PARENT)
COLUMNS = (*REQUIRED, REGION, ROUTE, DUTY, PHONE, SINCE)
SHEET = Columns(
    Column(
        name, name, {CODE: Sort.CODE, NAME: Sort.CODE, SINCE: Sort.DAY}.get(name, Sort.WORDS), required=name in REQUIRED
    )
    for name in COLUMNS
)
FACTS = {NAME: "name", REGION: "region_code", ROUTE: "reports_to", DUTY: "duty_officer", PHONE: "duty_phone"}
# A top unit without a date: 中华全国总工会 was founded on this day. Others begin with the unit above.
FEW = 1000  # rows that do not change how a query is planned
EARLIEST = date(1925, 5, 1)
# As many levels as a stored path holds with ids of eight figures.
DEEPEST = tree.PATH_LENGTH // 9 - 1

_ALIASES = {
    UnionKind.ENTERPRISE: "企业工会委员会 基层工会 企业",
    UnionKind.FEDERATION: "区域性工会联合会 行业性工会联合会 工会联合会 区域性/行业性联合会 联合会",
    UnionKind.TOWNSHIP: "乡镇街道工会 乡镇工会 街道工会 镇工会 乡镇街道 乡镇(街道)总工会 街道总工会 镇总工会",
    UnionKind.ZONE: "开发区工会 园区工会 园区 开发区 开发区总工会 园区总工会",
    UnionKind.DISTRICT: "区市总工会 区县总工会 县总工会 区总工会 县(市、区)总工会 县(市区)总工会 区市总 区县总",
    UnionKind.CITY: "市总工会 州总工会 市州总工会 市(州)总 市总",
    UnionKind.PROVINCE: "省总 省(区、市)总工会 直辖市总工会",
    UnionKind.INDUSTRY: "产业工会 省级产业",
    UnionKind.DIRECT: "直属工会 省总直属",
    UnionKind.CITY_UNIT: "市直单位工会 市直工会 市直有关单位 市直机关工会",
    UnionKind.STATIONED: "驻地方单位工会 中央驻青单位工会 省驻青单位工会 中央、省驻青单位工会 中央、省驻青有关单位工会 驻青单位工会",
}


def _folded(text: str) -> str:
    return text.replace("（", "(").replace("）", ")").replace(" ", "")


KINDS = {_folded(word): kind for kind in UnionKind for word in (kind.label, kind.value, *_ALIASES[kind].split(" "))}


@dataclass
class ImportedUnit:
    """One row of the sheet, read. `parent` and `route` are codes; `facts` holds only what the row states."""

    row: int
    code: str
    kind: UnionKind | None
    parent: str
    route: str
    since: date | None
    facts: dict[str, str]


@dataclass(frozen=True, slots=True)
class Present:
    """What is known of a unit that exists. No model instance: there may be 200,000."""

    pk: int
    code: str
    name: str
    kind: str
    path: str
    depth: int
    region_code: str | None
    reports_to: str | None  # code
    duty_officer: str
    duty_phone: str
    valid_from: date
    valid_until: date | None
    parent: str  # code; "" at the top

    def __str__(self) -> str:
        return self.name


PRESENT = (
    "pk",
    "code",
    "name",
    "kind",
    "path",
    "depth",
    "region_code",
    "reports_to__code",
    "duty_officer",
    "duty_phone",
    "valid_from",
    "valid_until",
    "parent_id",
)
# From here on reading all units is cheaper than naming them one by one.
MANY = 20_000


@dataclass
class Report:
    """What an import did, or would do. Errors: nothing was done."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[BadCell] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was not read, and from where
    left_out: list[LeftOut] = field(default_factory=list)
    sheet: str | None = None
    other_sheets: list[str] = field(default_factory=list)
    hidden_rows: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "errors": [cell.as_json() for cell in self.errors],
            "left_out": [one.as_json() for one in self.left_out],
            "sheet": self.sheet,
            "other_sheets": self.other_sheets,
            "hidden_rows": self.hidden_rows,
        }


def import_unions(
    file: IO[bytes], by: User | None, at: datetime, dry_run: bool = False, most: int | None = None
) -> Report:
    """Take over the units of the workbook's sheet of units. `by` None: the command line, which may also found the top.

    An empty cell says nothing: it leaves what is there. Kind, parent and founding date of a unit that exists are
    not changed by an import but on its page, because they need a day. Raises Refused when it is no workbook, or one
    of more than `most` rows.
    """
    table = open_table(file, SHEET)
    report = Report(sheet=table.sheet, other_sheets=table.other_sheets, errors=[*table.missing(), *table.faults])
    if report.errors:
        report.notes = table.notes
        return report
    rows = list(table)
    if most is not None and len(rows) > most:
        raise Refused(f"表里超过 {most:,} 行，请分成几份，或请安装人员用 import_unions 命令导入。")
    report.notes, report.left_out, report.hidden_rows = table.notes, table.left_out, table.hidden_rows
    report.errors += table.faults
    lines = _Reading(rows, table, day_of(at), report.errors).lines()
    with transaction.atomic():
        if not dry_run:
            tree.lock_tree()
        plan = ImportPlan(lines, by, report.errors)
        report.errors.sort(key=lambda cell: (cell.row, COLUMNS.index(cell.column)))
        if report.errors:
            return report
        report.created, report.changed = len(plan.new), len(plan.changed)
        report.unchanged = len(lines) - report.created - report.changed
        if not dry_run:
            plan.carry_out(at)
    return report


class _Reading:
    """Cells to lines; what cannot be read is named in `errors`."""

    def __init__(self, rows: Sequence[Line], table: Table, today: date, errors: list[BadCell]) -> None:
        self.rows, self.table, self.today, self.errors = rows, table, today, errors
        self.seen: dict[str, int] = {}

    def lines(self) -> list[ImportedUnit]:
        lines = [self._line(line) for line in self.rows]
        if not lines:
            row = self.table.heading_row
            self.errors.append(BadCell(row + 1, CODE, f"表里没有数据，请从第 {row + 1} 行起每行填一个单位"))
        return lines

    def _line(self, line: Line) -> ImportedUnit:
        row = line.number
        self.errors += [BadCell(row, column, reason) for column, reason in line.faults.items()]
        texts = {name: cells.plain(line.given.get(name)) for name in COLUMNS if name not in line.faults}
        say: Callable[[str, str], None] = lambda column, why: (  # noqa: E731
            None if column in line.faults else self.errors.append(BadCell(row, column, why))
        )
        code = texts.get(CODE, "").upper()
        self._check_code(row, code, say)
        self._check_texts(texts, say)
        kind = self._kind(texts.get(KIND, ""), say)
        facts = {FACTS[name]: texts[name] for name in (NAME, REGION, DUTY, PHONE) if texts.get(name)}
        parent, route = texts.get(PARENT, "").upper(), texts.get(ROUTE, "").upper()
        return ImportedUnit(row, code, kind, parent, route, self._since(line.given.get(SINCE), say), facts)

    @staticmethod
    def _kind(text: str, say: Callable[[str, str], None]) -> UnionKind | None:
        kind = KINDS.get(_folded(text))
        if kind is None:
            choices = "、".join(UnionKind.labels)
            say(KIND, f"没有“{text}”这种类型，请填：{choices}" if text else "不能为空")
        return kind

    def _check_code(self, row: int, code: str, say: Callable[[str, str], None]) -> None:
        if not code:
            say(CODE, "不能为空")
        elif not re.fullmatch(r"[0-9A-Z]{1,20}", code):
            say(CODE, f"“{code}”不是编码，请用 20 个以内的数字和大写字母")
        elif (first := self.seen.setdefault(code, row)) != row:
            say(CODE, f"编码 {code} 与第 {first} 行重复")

    @staticmethod
    def _check_texts(texts: dict[str, str], say: Callable[[str, str], None]) -> None:
        if not texts.get(NAME):
            say(NAME, "不能为空")
        for column, most in ((NAME, 120), (DUTY, 40), (PHONE, 40)):
            if len(texts.get(column, "")) > most:
                say(column, f"太长，最多 {most} 个字")
        if texts.get(PHONE) and (fault := office_phone_fault(texts[PHONE])):
            say(PHONE, fault)
        region = texts.get(REGION, "")
        if region and not re.fullmatch(r"\d{6}(\d{3})?", region):
            say(REGION, f"“{region}”不是行政区划代码，应为 6 位或 9 位数字")

    def _since(self, cell: Any, say: Callable[[str, str], None]) -> date | None:
        if cell is None:
            return None
        since = cells.as_day(cell)
        if since is None:
            say(SINCE, f"“{cells.shown(cell)}”不是日期，格式应为 2026-11-21")
        elif since > self.today:
            say(SINCE, f"成立日期 {since} 晚于今天")
        elif since < EARLIEST:
            say(SINCE, f"成立日期 {since} 早于 {EARLIEST}，请核对")
        return since


class ImportPlan:
    """What the lines mean against what is there. Looks everything up with a handful of queries."""

    def __init__(self, lines: list[ImportedUnit], by: User | None, errors: list[BadCell]) -> None:
        self.by, self.errors = by, errors
        self.in_file = {line.code: line for line in lines}
        named = self.in_file.keys() | {line.parent for line in lines} | {line.route for line in lines}
        self.there = _units_named(named)
        self.new: list[ImportedUnit] = []
        self.changed: list[tuple[Present, dict[str, Any]]] = []
        for line in lines:
            self._check_route(line)
            if line.code in self.there:
                self._compare(line, self.there[line.code])
            else:
                self._check_new(line)
                self.new.append(line)
        self.order = self._parents_first()

    def _say(self, line: ImportedUnit, column: str, why: str) -> None:
        self.errors.append(BadCell(line.row, column, why))

    def _kind_of(self, code: str) -> str | None:
        if code in self.there:
            return self.there[code].kind
        return self.in_file[code].kind if code in self.in_file else None

    def _check_route(self, line: ImportedUnit) -> None:
        if not line.route:
            return
        if line.route == line.code:
            self._say(line, ROUTE, "不能报给自己")
        elif line.route not in self.there and line.route not in self.in_file:
            self._say(line, ROUTE, f"表里和系统里都没有编码 {line.route}")

    def _may(self, unit: Present) -> bool:
        return self.by is None or any(unit.path.startswith(path) for path in self.by.paths(Right.STRUCTURE))

    def _compare(self, line: ImportedUnit, union: Present) -> None:
        for column, stated, present in (
            (PARENT, line.parent, union.parent),
            (KIND, line.kind, union.kind),
            (SINCE, line.since, union.valid_from),
        ):
            if stated and stated != present:
                self._say(line, column, f"与系统里的“{_shown(present)}”不同；请在该单位的页面办理变更")
        facts: dict[str, Any] = {k: v for k, v in line.facts.items() if getattr(union, k) != v}
        if line.route and line.route != union.reports_to:
            facts["reports_to"] = line.route
        if not facts:
            return
        if not self._may(union):
            self._say(line, CODE, f"“{union}”不在您的管理范围，不能修改")
        elif union.valid_until:
            self._say(line, CODE, f"“{union}”已于 {union.valid_until} 终止，不能修改")
        self.changed.append((union, facts))

    def _check_new(self, line: ImportedUnit) -> None:
        if not line.parent:
            self._check_top(line)
            return
        if line.parent == line.code:
            self._say(line, PARENT, "上级不能是自己")
            return
        above = self.there.get(line.parent)
        if above is None and line.parent not in self.in_file:
            self._say(line, PARENT, f"表里和系统里都没有编码 {line.parent}")
            return
        if above is not None and above.valid_until:
            self._say(line, PARENT, f"“{above}”已于 {above.valid_until} 终止，不能再设下级")
        elif above is not None and not self._may(above):
            self._say(line, PARENT, f"“{above}”不在您的管理范围")
        parent_kind = self._kind_of(line.parent)
        if line.kind and parent_kind and tree.misplaced(line.kind, parent_kind):
            self._say(line, PARENT, f"{line.kind.label}不能设在{UnionKind(parent_kind).label}之下")

    def _check_top(self, line: ImportedUnit) -> None:
        if line.kind not in TERRITORIAL:
            self._say(line, PARENT, "不能为空（只有最上级的总工会可以没有上级）")
        elif self.by is not None:
            self._say(line, PARENT, "最上级的工会由安装人员用导入命令建立，请填上级编码")

    def _parents_first(self) -> list[ImportedUnit]:
        """New lines, each after the one it stands under; a circle or too deep a line is named."""
        below: dict[str, list[ImportedUnit]] = {}
        for line in self.new:
            below.setdefault(line.parent, []).append(line)
        depth = {code: union.depth for code, union in self.there.items()} | {"": -1}
        waiting = [code for code in below if code in depth]
        order: list[ImportedUnit] = []
        while waiting:
            code = waiting.pop()
            for line in below.pop(code, ()):
                depth[line.code] = depth[code] + 1
                if depth[line.code] == DEEPEST + 1:
                    self._say(line, PARENT, f"层级太深，最多 {DEEPEST} 级")
                order.append(line)
                waiting.append(line.code)
        for line in (line for lines in below.values() for line in lines):
            if self._goes_round(line):
                self._say(line, PARENT, "上下级绕成了圈，请核对上级编码")
        return order

    def _goes_round(self, line: ImportedUnit) -> bool:
        seen, here = set(), line.code
        while here in self.in_file and here not in self.there:
            if here in seen:
                return here == line.code
            seen.add(here)
            here = self.in_file[here].parent
        return False

    def carry_out(self, at: datetime) -> None:
        self._found(at)
        for present, facts in self.changed:
            if "reports_to" in facts:
                facts["reports_to"] = Union.objects.get(code=facts["reports_to"])
            tree.edit(Union.objects.get(pk=present.pk), self.by, at, **facts)

    def _found(self, at: datetime) -> None:
        fresh = self._units()
        names = [field.attname for field in Union._meta.concrete_fields]
        copy_rows(Union, names, ([getattr(union, name) for name in names] for union in fresh))
        copy_rows(Placement, ["union_id", *tree.Stand._fields], self._stands(fresh))
        audit.record_births(self._births(fresh, at))
        if len(fresh) > FEW:
            count_anew(Union, Placement, Event)

    def _units(self) -> list[Union]:
        fresh: list[Union] = []
        everyone: dict[str, Union | Present] = dict(self.there)
        for line, pk in zip(self.order, tree.reserve_ids(len(self.order)), strict=True):
            union = everyone[line.code] = _unit(pk, line, everyone.get(line.parent))
            fresh.append(union)
        for line, union in zip(self.order, fresh, strict=True):
            if line.route:
                union.reports_to_id = everyone[line.route].pk
        return fresh

    def _stands(self, fresh: list[Union]) -> Iterable[Sequence[Any]]:
        """Rows of `Placement`, parents first."""
        known: dict[int, list[tree.Stand]] = {}
        above = Placement.objects.filter(union__in=_parents_there(self.new, self.there))
        for union_id, *stand in above.values_list("union_id", *tree.Stand._fields):
            known.setdefault(union_id, []).append(tree.Stand(*stand))
        for union in fresh:
            stands = tree.first_placements(union.pk, known[union.parent_id] if union.parent_id else None)
            known[union.pk] = stands
            yield from ((union.pk, *stand) for stand in stands)

    def _births(self, unions: Iterable[Union], at: datetime) -> Iterable[Event]:
        for union in unions:
            data = {"code": union.code, "name": union.name, "parent": union.parent_id, "by_import": True}
            yield Event(stream=f"union:{union.pk}", verb="found", by=self.by, union_id=union.pk, at=at, data=data)


def _unit(pk: int, line: ImportedUnit, above: Union | Present | None) -> Union:
    assert line.kind is not None
    path = f"{above.path if above else ''}{pk}."
    tree.check_length(path)
    return Union(
        pk=pk,
        code=line.code,
        kind=line.kind.value,
        parent_id=above.pk if above else None,
        path=path,
        depth=above.depth + 1 if above else 0,
        valid_from=line.since or (above.valid_from if above else EARLIEST),
        **line.facts,
    )


def _units_named(codes: set[str]) -> dict[str, Present]:
    units = Union.objects.all() if len(codes) > MANY else Union.objects.filter(code__in=codes)
    parents = dict(Union.objects.filter(children__isnull=False).distinct().values_list("pk", "code"))
    rows: Iterable[list[Any]] = units.values_list(*PRESENT).iterator(chunk_size=20_000)
    return {row[1]: Present(*(*row[:-1], parents.get(row[-1], ""))) for row in rows if row[1] in codes}


def _parents_there(lines: list[ImportedUnit], there: dict[str, Present]) -> set[int]:
    return {there[line.parent].pk for line in lines if line.parent in there}


def _shown(value: Any) -> str:
    if isinstance(value, str) and value in UnionKind.values:
        return str(UnionKind(value).label)
    return str(value) if value else "无"
