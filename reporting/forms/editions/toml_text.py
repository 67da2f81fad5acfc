"""A form as data → the text of its file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any


def written(raw: Mapping[str, Any]) -> str:
    """TOML of a form: plain keys first, then the header tree, then the rows."""
    return "\n".join(_table(raw, ())).strip() + "\n"


def _table(raw: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    inner = {key: value for key, value in raw.items() if _is_tables(value)}
    for key, value in raw.items():
        if key not in inner:
            yield f"{key} = {_value(value)}"
    for key, rows in inner.items():
        for row in rows:
            yield ""
            yield f"[[{'.'.join((*path, key))}]]"
            yield from _table(row, (*path, key))


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case date():
            return value.isoformat()
        case list():
            return f"[{', '.join(_value(item) for item in value)}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
