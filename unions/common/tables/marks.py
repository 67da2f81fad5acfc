"""Cells that say no value of their own. They are written into the row as the words below, so that they can be shown and kept."""

from __future__ import annotations

import re
from typing import Any

UNCALCULATED = "#公式未计算"
ERROR = re.compile(r"#(N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BUSY!|BLOCKED!|GETTING_DATA)")
_MERGED = re.compile(r"#与(第 \d+ 行|左侧)合并")
_MADE_A_DAY = re.compile(r"#已成日期 (\d{4}-\d\d-\d\d)")


def mark_reason(value: Any) -> str | None:
    """Why a cell that says no value of its own is refused; None for any other."""
    if not isinstance(value, str) or not value.startswith("#"):
        return None
    if value == UNCALCULATED:
        return "这一格是公式，没有计算结果；请用 Excel 或 WPS 打开并保存后再上传，或直接填写数值。"
    if ERROR.fullmatch(value):
        return f"这一格是错误值 {value}，请改正公式或直接填写数值。"
    if found := _MERGED.fullmatch(value):
        return f"这一格与{found[1]}合并在一起，无法确定各是多少；请取消合并，逐格填写。"
    if found := _MADE_A_DAY.fullmatch(value):
        return (
            f"这一格是日期（{found[1]}），可能是表格软件把“3-2”这样的编号改成了日期；"
            "请先把这一列的格式设为“文本”，再按原样重新填写。"
        )
    return None
