"""Showing what is wrong with a file somebody sent: the lines around the one at fault."""

from __future__ import annotations

from typing import Any

AROUND = 3  # lines shown before and after the one at fault
WIDEST = 400  # characters of a line


def around(file: str, line: int, reason: str, content: str) -> dict[str, Any]:
    """What to show of `content` around `line` (1 is the first)."""
    lines = content.splitlines()
    first = max(1, line - AROUND)
    shown = [(n, lines[n - 1][:WIDEST], n == line) for n in range(first, min(len(lines), line + AROUND) + 1)]
    return {"file": file, "line": line, "reason": reason, "lines": shown}
