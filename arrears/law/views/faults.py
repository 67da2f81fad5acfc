"""Showing what is wrong with a file somebody sent: each fault with the lines around it."""

from __future__ import annotations

from typing import Any

from django import forms

from arrears.law.rules.toml_reader import TomlError

AROUND = 3  # lines shown before and after the one at fault
WIDEST = 400  # characters of a line


def add_faults(form: forms.Form, error: TomlError) -> None:
    """Put every fault of the file as an error of the field `file`."""
    for fault in error.faults:
        form.add_error("file", f"第 {fault.line} 行：{fault.sentence}" if fault.line else fault.sentence)


def shown(error: TomlError, content: str) -> list[dict[str, Any]]:
    """What to show of `content`: the lines (1 is the first) around every fault whose line is known."""
    lines = content.split("\n")
    return [
        {"file": error.file, "line": fault.line, "reason": fault.sentence, "lines": _around(lines, fault.line)}
        for fault in error.faults
        if fault.line
    ]


def _around(lines: list[str], line: int) -> list[tuple[int, str, bool]]:
    first, last = max(1, line - AROUND), min(len(lines), line + AROUND)
    return [(number, lines[number - 1].rstrip("\r")[:WIDEST], number == line) for number in range(first, last + 1)]
