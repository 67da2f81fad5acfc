"""What is wrong with a form file, and where in it."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]  # ("header", 3, "columns", 0, "unit"): keys, and places counted from 0
_TABLE = re.compile(r"\s*\[\[?\s*([\w.]+)\s*\]")
_KEY = re.compile(r"\s*\"?(\w+)\"?\s*=")


class FormError(ValueError):
    """A form that cannot be used. `reason`: one Chinese sentence; `path`: where; `file` and `line` once they are known."""

    def __init__(self, reason: str, path: Path = (), file: str = "", line: int = 0) -> None:
        place = f"{file} 第 {line} 行：" if file and line else f"{file}：" if file else ""
        super().__init__(f"{place}{reason}")
        self.reason, self.path, self.file, self.line = reason, path, file, line

    def located(self, file: str, text: str) -> FormError:
        """The same fault with the file's name and the line in its text."""
        return FormError(self.reason, self.path, file, self.line or line_of(text, self.path))


def line_of(text: str, path: Path) -> int:
    """The line (1 is the first) on which `path` is written, or the nearest thing around it."""
    current: Path = ()
    counts: dict[Path, int] = {}
    depth, line = 0, 1
    for number, words in enumerate(text.splitlines(), 1):
        if found := _TABLE.match(words):
            current = here = _entered(found[1].split("."), counts)
        elif found := _KEY.match(words):
            here = (*current, found[1])
        else:
            continue
        if len(here) > depth and here == path[: len(here)]:
            depth, line = len(here), number
    return line


def _entered(names: list[str], counts: dict[Path, int]) -> Path:
    """The path of a [[table]] just begun; `counts` remembers how many stand in each list."""
    parent: Path = ()
    for name in names[:-1]:
        parent = (*parent, name, counts.get((*parent, name), 1) - 1)
    key = (*parent, names[-1])
    counts[key] = counts.get(key, 0) + 1
    return (*key, counts[key] - 1)
