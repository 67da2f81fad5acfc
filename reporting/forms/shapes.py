"""The shapes of an official table: form, header tree, rows, units. What a file may say of each, and of the sheet drawn from it.

These models are what `form_files` enforces; every field gives the label it has in a form's spreadsheet, and the hint beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from string import Formatter
from typing import Annotated, Any

from annotated_types import Len

from arrears.law.rules.toml_reader import (
    NOT_WRITTEN,
    DayValue,
    FlagValue,
    TextValue,
    TomlModel,
    ValueKind,
    WholeValue,
    field,
    refuse,
)
from reporting.forms.measures import MeasureSort
from unions.common.industries import TableRow
from unions.common.xlsx_writer import HeaderCell

DRAFT_NAMES: dict[str, str] = {
    "overview": "本期新增、办结、尚未解决，与上期比较",
    "where": "欠薪集中的行业、单位和金额较大的案件",
    "events": "群体性、极端事件和超期的办理事项",
    "warnings": "本期预警信息和红色、橙色预警单位",
    "campaign-overview": "专项行动以来检查、受理、查实、办结、解决的总数",
    "campaign-measures": "处理处罚、联合惩戒、移送、调解援助和动用保证金、周转金",
    "campaign-problems": "尚未办结的数量、分布和超期的办理事项",
    "campaign-next": "距行动结束的天数和各单位尚未办结的案件",
    "progress": "专项行动以来的累计进展和本期新增、办结",
    "ranking": "各单位名次，居前、居后和低于平均的单位",
    "recipients": "表中各单位的名称，用作主送机关",
    "inspections": "本期检查的次数、户数、项目数和人数",
    "findings": "检查发现的问题和检查后受理的欠薪",
}

SECTION_PLACES = ("", "to", "copies")  # 正文, 主送, 抄送
LONGEST_TEXT = 300
PLACES = ("union", "as_of", "made_on", "period", "days_left")  # what lines above and below may speak of
ALLOWED = "、".join(f"{{{name}}}" for name in PLACES)


class PrintedText(TextValue):
    """A text that is printed: no tabs either."""

    def read(self, value: Any) -> str:
        if "\t" in (text := super().read(value)):
            refuse("里有看不见的控制字符，请删去。")
        return text


class PrintedLine(PrintedText):
    """A line above or below the table: plain words and whole names in braces, nothing else a format could do."""

    def read(self, value: Any) -> str:
        line = super().read(value)
        try:
            parts = list(Formatter().parse(line))
        except ValueError:
            refuse(f"“{line}”里的花括号不成对；可用 {ALLOWED}。")
        if any(name is not None and (name not in PLACES or spec or to) for _, name, spec, to in parts):
            refuse(f"“{line}”里只能用 {ALLOWED}。")
        return line


class TakesValue(ValueKind):
    """The finest rows a row takes in."""

    def read(self, value: Any) -> frozenset[str]:
        if not isinstance(value, list):
            refuse("应是一组，写在方括号里。")
        if dangling := [name for name in value if name not in TableRow.values]:
            listed = "、".join(f"{row.value}（{row.label}）" for row in TableRow)
            refuse(f"包含的 {'、'.join(map(str, dangling))} 不认识，可用：{listed}。")
        if not value or len(set(value)) != len(value):
            refuse("至少包含一类，且每类只写一次。")
        return frozenset(TableRow(name) for name in value)


class NumberValue(ValueKind):
    def read(self, value: Any) -> float:
        return value if isinstance(value, int | float) and not isinstance(value, bool) else refuse("应是数字。")


Said = Annotated[str, PrintedText(LONGEST_TEXT)]
SaidOrNone = Annotated[str, PrintedText(LONGEST_TEXT, blank=True)]
ALine = Annotated[str, PrintedLine(LONGEST_TEXT, blank=True)]
ADay = Annotated[date, DayValue()]
AFlag = Annotated[bool, FlagValue()]


@dataclass(frozen=True)
class FormUnit:
    """How a figure is written: divided by `scale`, rounded half up to `places`."""

    sort: MeasureSort
    scale: int
    places: int

    @property
    def number_format(self) -> str:
        return f"0.{'0' * self.places}" if self.places else "0"


UNITS: dict[str, FormUnit] = {
    **{name: FormUnit(MeasureSort.THINGS, 1, 0) for name in ("户", "个", "件", "起", "次")},
    "人": FormUnit(MeasureSort.PEOPLE, 1, 0),
    "万人": FormUnit(MeasureSort.PEOPLE, 10_000, 4),
    "元": FormUnit(MeasureSort.MONEY, 1, 2),
    "万元": FormUnit(MeasureSort.MONEY, 10_000, 2),
    "%": FormUnit(MeasureSort.SHARE, 1, 1),
}


@dataclass(frozen=True, kw_only=True)
class FormColumn(TomlModel):
    """A part of the header tree: a group with `columns`, or a leaf, of which exactly one of `stub`, `rank`, `measure`, `value` is set."""

    text: SaidOrNone = field("表头文字")
    columns: Annotated[tuple[FormColumn, ...], Len(1)] = field("下面的栏", ())
    stub: AFlag = field("类别栏", False)
    measure: SaidOrNone = field("指标", "")
    value: SaidOrNone = field("逐件内容", "")
    unit: SaidOrNone = field("单位", "")
    width: Annotated[float, NumberValue()] = field("宽度（字符）", 12)  # of the body font, as Excel counts
    editable: AFlag = field("可手工更正", False)  # in a return, a figure the unit may correct by hand, with a reason
    rank: AFlag = field("名次栏", False)  # the place of a unit (名次)

    @property
    def leaf(self) -> FormColumn | None:
        return None if self.columns else self

    def leaves(self) -> Iterator[FormColumn]:
        if not self.columns:
            yield self
        for child in self.columns:
            yield from child.leaves()

    def named_leaves(self, above: str = "") -> Iterator[tuple[str, FormColumn]]:
        """Every leaf, called by its text and those of the groups above it."""
        name = f"{above}{self.text}"
        if not self.columns:
            yield name, self
        for child in self.columns:
            yield from child.named_leaves(name)

    def depth(self) -> int:
        return 1 + max((child.depth() for child in self.columns), default=0)


@dataclass(frozen=True)
class Stub(TomlModel):
    """One row of a table: its text and the finest rows it takes in: names of `TableRow`, or codes of units.

    `key` names a row of a form by unit: the unit's code, `rest` or `all` (reporting/forms/table_rows.py).
    """

    text: SaidOrNone = field("行名")
    takes: Annotated[frozenset[str], TakesValue()] = field("包含的类别")
    indent: Annotated[int, WholeValue(100, least=0)] = field("缩进", 0)
    total: AFlag = field("合计行", False)
    key: Annotated[str, NOT_WRITTEN] = ""

    @property
    def is_unit(self) -> bool:
        return self.takes == {self.key}


@dataclass(frozen=True, kw_only=True)
class FormSection(TomlModel):
    """A heading under which a return wants words beside its figures. `draft` names what begins them (reporting/returns/wording.py)."""

    heading: SaidOrNone = field("标题")
    hint: SaidOrNone = field("填写提示", "")
    draft: SaidOrNone = field("起草文字", "")
    place: SaidOrNone = field("位置", "", hint="to 主送机关；copies 抄送机关；不写为正文")


@dataclass(frozen=True, kw_only=True)
class FormCheck(TomlModel):
    """What a return is compared with before it is signed (reporting/returns/checking.py), in raw figures: 元, 人 and things."""

    kind: Said = field("审核类型", hint="within 不大于；per-head 人均；jump 与上期、去年同期比")
    measure: Said = field("指标", hint="指标或逐件内容的名称")
    than: SaidOrNone = field("对照指标", "", hint="within、per-head 才写")
    most: Annotated[int, WholeValue(10**12, least=0)] = field("上限", 0, hint="per-head：元/人；jump：倍")
    least: Annotated[int, WholeValue(10**12, least=0)] = field(
        "起比数", 0, hint="jump：两期都小于它的不比，单位元、人、件"
    )
    bars: AFlag = field("强制", False, hint="不符的不能签字；只有 within 可写")


CHECK_KINDS = ("within", "per-head", "jump")


@dataclass(frozen=True, kw_only=True)
class Form(TomlModel):
    """A header tree, one named measure (table) or value (list) per column, rows that take in the finest rows of a table, lines
    above and below, and a period."""

    key: Annotated[str, NOT_WRITTEN] = ""
    title: Said = field("报表名称")
    short: Said = field("简称")
    clause: SaidOrNone = field("条款编号")
    notice: Said = field("文号")
    about: Said = field("说明")
    layout: SaidOrNone = field("类型", hint="table 分类汇总；list 逐件列出；units 按下级单位")
    period: SaidOrNone = field("统计期间", hint="day、week、month、quarter、year，或 campaign（累计）")
    since: ADay = field("起始日期")
    until: ADay | None = field("终止日期", None)
    header: tuple[FormColumn, ...] = field("栏目")
    rows: tuple[Stub, ...] = field("行", ())
    head: tuple[ALine, ...] = field("表头行", (), hint=f"一行一格，可写几行；可用 {ALLOWED}")
    foot: tuple[ALine, ...] = field("落款行", (), hint="同上")
    notes: tuple[ALine, ...] = field("表注", (), hint="同上")
    # The stub's text in a row that numbers the columns (栏次).
    numbered: SaidOrNone = field("栏次行的行名", "", hint="写了就在表头下加一行栏次")
    label: SaidOrNone = field("版式标注", "", hint="印在表名下面，例如 拟制版式")
    label_reason: SaidOrNone = field("标注原因", "")
    # Code of the union whose form it is; its province may replace it.
    attached_to: SaidOrNone = field("适用工会编码", "", hint="本省某个工会的编码；不填为本省")
    sections: tuple[FormSection, ...] = field("文字部分", ())
    checks: tuple[FormCheck, ...] = field("审核关系", ())
    # Of the docx, where it is an official document of its own: a 通报.
    document_title: SaidOrNone = field("公文标题", "", hint="Word 文件的标题；不写为报送事项名称")
    rows_from: SaidOrNone = field("逐件来源", "", hint="逐件列出的表才写")
    # The clause whose threshold a list goes by.
    threshold: SaidOrNone = field("门槛条款编号", "", hint="按门槛列出的表才写")
    # Of the units that have a row of their own.
    unit_kinds: tuple[SaidOrNone, ...] = field("下级单位类型", (), hint="按下级单位的表才写，一行一类")
    rank_by: SaidOrNone = field("名次依据", "", hint="有名次栏的表才写：按哪个指标排")
    digest: Annotated[str, NOT_WRITTEN] = ""  # sha256 of the file's text

    @property
    def columns(self) -> tuple[FormColumn, ...]:
        return tuple(column for header in self.header for column in header.leaves())

    @property
    def figure_columns(self) -> list[FormColumn]:
        """The columns that hold figures: all but stub and rank."""
        return [column for column in self.columns if column.measure]

    @property
    def figure_headings(self) -> list[str]:
        """What each of them is called with the groups above it: 本周新增案件数(件)."""
        return [name for header in self.header for name, leaf in header.named_leaves() if leaf.measure]

    @property
    def is_list(self) -> bool:
        return self.layout == "list"

    @property
    def by_unit(self) -> bool:
        return self.layout == "units"

    @property
    def monthly(self) -> bool:
        return self.period == "month"

    @property
    def by_acceptance(self) -> bool:
        """A month's list of what was accepted in it, as known on any later day (Annex 1)."""
        return self.monthly and self.rows_from == "cases_accepted"

    def grid(self) -> list[list[HeaderCell]]:
        """The header as rows of cells with their spans; the numbering row, if any, last."""
        depth = max(header.depth() for header in self.header)
        grid: list[list[HeaderCell]] = [[] for _ in range(depth)]
        column = 0
        for header in self.header:
            column = _place(header, 0, column, depth, grid)
        if self.numbered:
            words = [self.numbered, *(str(i) for i in range(1, len(self.columns)))]
            grid.append([HeaderCell(word, depth, i, 1, 1) for i, word in enumerate(words)])
        return grid

    def parts(self, whole: Stub) -> list[Stub]:
        """The largest rows that together make up `whole` without overlap; empty when there are none."""
        return parts_of(self.rows, whole)


def parts_of(rows: Sequence[Stub], whole: Stub) -> list[Stub]:
    """The largest of `rows` that together make up `whole` without overlap; empty when there are none."""
    inside = [row for row in rows if row.takes < whole.takes]
    largest = [row for row in inside if not any(row.takes < other.takes for other in inside)]
    taken = [kind for row in largest for kind in row.takes]
    return largest if len(taken) == len(set(taken)) and set(taken) == set(whole.takes) else []


def _place(header: FormColumn, row: int, column: int, depth: int, grid: list[list[HeaderCell]]) -> int:
    width = sum(1 for _ in header.leaves())
    height = 1 if header.columns else depth - row
    grid[row].append(HeaderCell(header.text, row, column, height, width))
    for child in header.columns:
        _place(child, row + 1, column, depth, grid)
        column += sum(1 for _ in child.leaves())
    return column if header.columns else column + 1
