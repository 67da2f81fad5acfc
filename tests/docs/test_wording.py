"""How the screen speaks: mainland quotation marks, the written register, no half-spoken turns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("arrears", "reporting", "unions", "config", "templates", "static/js")
KINDS = ("*.py", "*.html", "*.toml", "*.js")

# A turn of speech → what the written register says.
TURNS = {
    "「": "“",
    "」": "”",
    "怎样": "办法、说明、方式",
    "的样子": "格式应为",
    "等您": "待您",
    "不必": "无需",
    "点开": "点击、打开",
    "了结": "办结",
    "看看": "查看、核查",
    "看不出": "无法识别",
    "不要了": "清空",
    "这里没有": "暂无",
    "现在没有": "暂无、目前没有",
    "包工头等个人": "自然人（包工头）",
    "写信反映": "反映欠薪",
    "怎么": "填写说明、您的称呼",
}


@pytest.mark.parametrize("turn", TURNS)
def test_no_page_speaks_half_spoken_chinese(turn: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for room in ROOMS
        for kind in KINDS
        for file in sorted((ROOT / room).rglob(kind))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if turn in line
    ]
    assert not found, f"“{turn}” → {TURNS[turn]}"


def test_headings_of_empty_lists_say_that_there_is_nothing_yet() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {heading}"
        for file in sorted((ROOT / "templates").rglob("*.html"))
        for heading in re.findall(r'empty_state "(还没有[^"]*)"', file.read_text("utf-8"))
    ]
    assert not found


def test_what_is_not_there_yet_is_a_thing_and_no_deed() -> None:
    """暂无 stands before a noun: 暂无导入记录, never 暂无导入过."""
    found = [
        f"{file.relative_to(ROOT)}: {words}"
        for room in ROOMS
        for kind in KINDS
        for file in sorted((ROOT / room).rglob(kind))
        for words in re.findall(r"暂无(?:选择|收到|制发|登记(?!的|记录)|\w{1,4}过)\w*", file.read_text("utf-8"))
    ]
    assert not found
