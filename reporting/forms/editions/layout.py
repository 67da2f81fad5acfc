"""The spreadsheet of a form: which sheets, which columns, and how they are called."""

from __future__ import annotations

from typing import Any, NamedTuple

from reporting.forms.files import DEEPEST, FORM_KEYS, HEADER_KEYS, PLACES, ROW_KEYS, SECTION_KEYS
from unions.common.industries import TableRow

ABOUT, COLUMNS, ROWS, SECTIONS, MEASURES_SHEET = "基本信息", "栏目", "行", "文字部分", "指标一览"
TICK = "√"
KEY = "报表代码"

_ABOUT_LABELS = {
    "title": "报表名称",
    "short": "简称",
    "clause": "条款编号",
    "notice": "文号",
    "about": "说明",
    "layout": "类型",
    "period": "统计期间",
    "since": "起始日期",
    "until": "终止日期",
    "numbered": "栏次行的行名",
    "label": "版式标注",
    "label_reason": "标注原因",
    "attached_to": "适用工会编码",
    "rows_from": "逐件来源",
    "threshold": "门槛条款编号",
    "unit_kinds": "下级单位类型",
    "rank_by": "名次依据",
    "head": "表头行",
    "foot": "落款行",
    "notes": "表注",
}
_COLUMN_LABELS = {
    "stub": "类别栏",
    "measure": "指标",
    "value": "逐件内容",
    "unit": "单位",
    "width": "宽度（字符）",
    "editable": "可手工更正",
    "rank": "名次栏",
}
_SECTION_LABELS = {"heading": "标题", "hint": "填写提示", "draft": "起草文字"}
_ROW_LABELS = {"text": "行名", "indent": "缩进", "total": "合计行"}


HINTS = {
    "layout": "table 分类汇总；list 逐件列出；units 按下级单位",
    "period": "day、week、month、quarter、year，或 campaign（累计）",
    "numbered": "写了就在表头下加一行栏次",
    "label": "印在表名下面，例如 拟制版式",
    "attached_to": "本省某个工会的编码；不填为本省",
    "head": f"一行一格，可写几行；可用 {'、'.join(f'{{{name}}}' for name in PLACES)}",
    "foot": "同上",
    "notes": "同上",
    "rows_from": "逐件列出的表才写",
    "threshold": "按门槛列出的表才写",
    "unit_kinds": "按下级单位的表才写，一行一类",
    "rank_by": "有名次栏的表才写：按哪个指标排",
}


class Field(NamedTuple):
    """A key of the form file, its label in the sheet, and what its values are (as form_files sorts them)."""

    key: str
    label: str
    sort: Any


def _fields(keys: dict[str, Any], labels: dict[str, str], without: set[str]) -> list[Field]:
    return [Field(key, labels.get(key, key), sort) for key, sort in keys.items() if key not in without]


ABOUT_FIELDS = _fields(FORM_KEYS, _ABOUT_LABELS, {"header", "rows", "sections"})
COLUMN_FIELDS = _fields(HEADER_KEYS, _COLUMN_LABELS, {"text", "columns"})
ROW_FIELDS = _fields(ROW_KEYS, _ROW_LABELS, {"takes"})
SECTION_FIELDS = _fields(SECTION_KEYS, _SECTION_LABELS, set())
LEVELS = [f"{'一二三四五六七八'[level]}级表头" for level in range(DEEPEST)]
TAKES = {f"含：{row.label}": row.value for row in TableRow}
