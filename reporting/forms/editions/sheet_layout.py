"""The spreadsheet of a form: which sheets, which columns, and how they are called."""

from __future__ import annotations

from typing import Any, NamedTuple, get_args, get_origin

from arrears.law.rules.toml_reader import keys_of
from reporting.forms.files import DEEPEST, Form, FormCheck, FormColumn, FormSection, Stub
from unions.common.industries import TableRow

ABOUT, COLUMNS, ROWS, SECTIONS, CHECKS, MEASURES_SHEET = "基本信息", "栏目", "行", "文字部分", "审核关系", "指标一览"
TICK = "√"
KEY = "报表代码"


class Field(NamedTuple):
    """A key of the form file, its label in the sheet, what its values are, and how it is filled in."""

    key: str
    label: str
    sort: Any
    hint: str


def _fields(model: type, without: set[str]) -> list[Field]:
    return [
        Field(key, one.meaning, _sort(one.annotation), one.hint)
        for key, one in keys_of(model).items()
        if key not in without
    ]


def _sort(annotation: Any) -> Any:
    """str, bool, date, int, float or list."""
    if get_origin(annotation) is tuple:
        return list
    return annotation if isinstance(annotation, type) else _sort(get_args(annotation)[0])


ABOUT_FIELDS = _fields(Form, {"header", "rows", "sections", "checks"})
COLUMN_FIELDS = _fields(FormColumn, {"text", "columns"})
ROW_FIELDS = _fields(Stub, {"takes"})
SECTION_FIELDS = _fields(FormSection, set())
CHECK_FIELDS = _fields(FormCheck, set())
LEVELS = [f"{'一二三四五六七八'[level]}级表头" for level in range(DEEPEST)]
TAKES = {f"含：{row.label}": row.value for row in TableRow}
