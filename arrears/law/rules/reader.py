"""TOML → Rulebook. A bad file is refused as a whole, with every line and reason; nothing is guessed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from arrears.law.rules.consistency import faults
from arrears.law.rules.rulebook import SECTIONS, Rulebook
from arrears.law.rules.toml_reader import Reader, TomlError, TomlFault

RULEBOOK_FOLDER = Path(__file__).parent.parent / "rulebooks"
NOTICES = ("qingdao-2021", "qinghai-2022-41", "shandong-2023-18", "yingkou-2018-2", "qingpu-2023-1")


class RulebookError(TomlError):
    """A rulebook that must not be used."""


_READER = Reader(Rulebook, RulebookError, quoted=True)


def read_rulebook(path: Path) -> Rulebook:
    """Raises RulebookError."""
    return parse_rulebook(path.read_text("utf-8"), path.name)


def parse_rulebook(text: str, file: str) -> Rulebook:
    """Read a rulebook; `file` names the text in errors. Raises RulebookError with every fault.

    What holds together is only looked at where every key is right: a mistyped key would be named twice.
    """
    book, lines = _READER.read(text, file)
    located: dict[str, Any] = {
        name: tuple(replace(entry, line=lines.at((section, nth))) for nth, entry in enumerate(getattr(book, name)))
        for section, name in SECTIONS.items()
    }
    book = replace(book, digest=hashlib.sha256(text.encode()).hexdigest(), **located)
    if wrong := [lines.located(fault) for fault in faults(book, lines)]:
        raise RulebookError(file, wrong)
    return book


@cache
def delivered_rulebooks(folder: Path = RULEBOOK_FOLDER) -> dict[str, Rulebook]:
    """Every rulebook of a folder (the law's in `law/`) by key. Raises RulebookError; two files of one key included."""
    books: dict[str, Rulebook] = {}
    for path in _files(folder):
        book = read_rulebook(path)
        if book.key in books:
            raise RulebookError(path.name, [TomlFault((), f"“{book.key}”已有另一个文件。", 1)])
        books[book.key] = book
    return books


def _files(folder: Path) -> list[Path]:
    return [*sorted((folder / "law").glob("*.toml")), *sorted(folder.glob("*.toml"))]


def text_of(book: Rulebook, folder: Path = RULEBOOK_FOLDER) -> str:
    """The file of a folder that `book` was read from. Raises LookupError when it has changed or gone since."""
    for path in _files(folder):
        text = path.read_text("utf-8")
        if hashlib.sha256(text.encode()).hexdigest() == book.digest:
            return text
    raise LookupError(book.key)
