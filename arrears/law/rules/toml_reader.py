"""Reads TOML files by pydantic models: every fault of a file at once, with its line and a Chinese sentence.

A file's model is a frozen dataclass (`TomlModel`) whose fields are annotated with the kinds of this module (`TextValue`, `WholeValue`, `WordValue` …). What
pydantic finds is put into words here; what only shows when entries are compared is found by the caller, as `TomlFault`s of the same shape.
"""

from __future__ import annotations

import dataclasses
import re
import secrets
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import MISSING, dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, Generic, NoReturn, TypeVar, get_args, get_type_hints

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

T = TypeVar("T")
Path = tuple[str | int, ...]  # ("deadline", 3, "only", "region"): keys, and places in lists counted from 0
MOST_FAULTS = 50
MOST_DOTS = 100  # in one line, outside of texts: reading a.a.a… takes the square of its length
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


@dataclass(frozen=True)
class TomlFault:
    """One thing wrong with a file. `line` 1 is the first; 0 where it is not known."""

    path: Path
    sentence: str
    line: int = 0


class TomlError(ValueError):
    """A file that must not be used. `faults`: at least one, in the order of their lines."""

    def __init__(self, file: str, faults: Iterable[TomlFault]) -> None:
        found = sorted(dict.fromkeys(faults), key=lambda fault: fault.line)
        self.file, self.faults = file, found[:MOST_FAULTS]
        super().__init__("\n".join(f"{self._place(fault.line)}：{fault.sentence}" for fault in self.faults))

    def _place(self, line: int) -> str:
        return f"{self.file} 第 {line} 行" if line else self.file

    @property
    def line(self) -> int:
        return self.faults[0].line

    @property
    def reason(self) -> str:
        return self.faults[0].sentence


# Kinds of values -----------------------------------------------------------------------------------------------------


class ValueKind:
    """What a value must be. `read` takes it from a file, and refuses any other."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def read(self, value: Any) -> Any:
        raise NotImplementedError


def refuse(sentence: str) -> NoReturn:
    """`sentence` follows the name of the key. Braces stand for themselves."""
    raise PydanticCustomError("told", "{sentence}", {"sentence": sentence})


def complaint(kind: ValueKind, value: Any) -> str | None:
    """Why a kind refuses a value; None where it does not."""
    try:
        kind.read(value)
    except PydanticCustomError as error:
        return error.message()
    return None


@dataclass(frozen=True)
class TextValue(ValueKind):
    """A text of at most `most` characters without control characters; `blank`: it may be empty."""

    most: int
    blank: bool = False

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            refuse("应是一段文字，写在引号里。")
        if not self.blank and not value.strip():
            refuse("应是一段文字，不能是空的。")
        if len(value) > self.most:
            refuse(f"有 {len(value)} 个字，最多 {self.most} 个，请缩短。")
        if UNSEEN.search(value):
            refuse("里有看不见的控制字符，请删去。")
        return value


@dataclass(frozen=True)
class WordValue(ValueKind):
    """One of the words known; `blank`: or none."""

    known: Collection[str]
    blank: bool = False

    def read(self, value: Any) -> str:
        if isinstance(value, str) and (value in self.known or (self.blank and value == "")):
            return value
        refuse(f"的值“{value}”不认识，可用：{'、'.join(self.known)}。")


@dataclass(frozen=True)
class WordsValue(ValueKind):
    """A list of words known, or one word by itself."""

    known: Collection[str]
    least: int = 0

    def read(self, value: Any) -> tuple[str, ...]:
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list) or len(words) < self.least:
            refuse(f"应是一组词，至少 {self.least} 个。")
        for word in words:
            if not isinstance(word, str) or word not in self.known:
                refuse(f"里的“{word}”不认识，可用：{'、'.join(self.known)}。")
        return tuple(words)


class FlagValue(ValueKind):
    def read(self, value: Any) -> bool:
        return value if isinstance(value, bool) else refuse("应是 true 或 false。")


@dataclass(frozen=True)
class WholeValue(ValueKind):
    """A whole number from `least` to `most`."""

    most: int
    least: int = 1

    def read(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < self.least:
            refuse("应是大于 0 的整数。" if self.least == 1 else f"应是不小于 {self.least} 的整数。")
        if value > self.most:
            refuse(f"不能大于 {self.most:,}，请核对。")
        return value


class DayValue(ValueKind):
    def read(self, value: Any) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        refuse("应是日期，如 2023-01-31。")


class ClockValue(ValueKind):
    def read(self, value: Any) -> time:
        return value if isinstance(value, time) else refuse("应是时刻，如 16:00:00。")


@dataclass(frozen=True)
class AmountValue(ValueKind):
    """A number above 0 and up to `most`, exact."""

    most: Decimal = Decimal(10**12)

    def read(self, value: Any) -> Decimal:
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= self.most:
            return Decimal(str(value))
        refuse("应是大于 0、不超过一万亿的数。")


# Models --------------------------------------------------------------------------------------------------------------


class TomlModel:
    """What is read from a table. Only files are checked: code that makes or changes one is trusted."""

    __pydantic_config__ = ConfigDict(extra="forbid")


def field(meaning: str, default: Any = MISSING, *, must: bool = False, words: str = "", hint: str = "") -> Any:
    """Declare a field by what its key means. `must`: told to be needed where a default only serves other files; `words`: heading of
    the words it may have; `hint`: how it is filled in."""
    needed = default is MISSING or must
    return dataclasses.field(
        default=default, metadata={"meaning": meaning, "must": needed, "words": words, "hint": hint}
    )


def tables(section: str, most: int) -> Any:
    """Annotate a field with the tables of one [[section]]."""
    return Field(validation_alias=section, max_length=most)


# Annotates a field that no file sets: its key cannot be guessed.
NOT_WRITTEN = Field(validation_alias=secrets.token_hex())


@dataclass(frozen=True)
class ModelKey:
    """A key a file may set: its field's annotation, and what the field declares of it."""

    annotation: Any
    meaning: str = ""
    must: bool = False
    words: str = ""
    hint: str = ""


@cache
def keys_of(model: type) -> dict[str, ModelKey]:
    """The keys of a table."""
    hints, found = get_type_hints(model, include_extras=True), {}
    for one in dataclasses.fields(model):
        extras = getattr(hints[one.name], "__metadata__", ())
        aliases = [str(extra.validation_alias) for extra in extras if isinstance(extra, FieldInfo)]
        if NOT_WRITTEN not in extras:
            found[aliases[0] if aliases else one.name] = ModelKey(hints[one.name], **one.metadata)
    return found


def model_in(annotation: Any) -> type | None:
    """The model a field holds, by itself or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, TomlModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := model_in(one))), None)


class Reader(Generic[T]):
    """Reads the files of one model. `quoted`: sentences name keys in quotation marks, and the tables around them."""

    def __init__(self, model: type[T], error: type[TomlError], quoted: bool) -> None:
        self.model, self.error, self.quoted = model, error, quoted
        self.adapter = TypeAdapter(model)

    def read(self, text: str, file: str) -> tuple[T, Lines]:
        """Read a file's text by its model. Raises `error`."""
        data, lines = self.parsed(text, file)
        try:
            return self.adapter.validate_python(data), lines
        except ValidationError as error:
            found = error.errors(include_url=False)[: MOST_FAULTS * 4]
            raise self.error(file, (lines.located(self._fault(one)) for one in found)) from None

    def parsed(self, text: str, file: str) -> tuple[dict[str, Any], Lines]:
        for number, line in enumerate(text.split("\n"), 1):
            if line.count(".") > MOST_DOTS and _STRINGS.sub("", line).count(".") > MOST_DOTS:
                raise self.error(
                    file, [TomlFault((), f"这一行有 {MOST_DOTS} 个以上的点，请核对是否选错了文件。", number)]
                )
        try:
            return tomllib.loads(text), Lines(text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"line (\d+)", str(error))
            at = int(place[1]) if place else text.count("\n") + 1
            sentence = "不是合格的 TOML，请核对引号、括号和等号，以及是否有键写了两次。"
            raise self.error(file, [TomlFault((), sentence, at)]) from None
        except (ValueError, RecursionError):  # a number of ten thousand digits, a thousand brackets
            raise self.error(file, [TomlFault((), "有过长的数字或过深的嵌套，不能读取，请核对。")]) from None

    def _fault(self, error: Any) -> TomlFault:
        path: Path = error["loc"]
        return TomlFault(path, f"{self._where(path[:-1])}{self._sentence(error, path)}")

    def _where(self, path: Path) -> str:
        """The tables around a key, as sentences begin with them."""
        if not self.quoted or not path:
            return ""
        if len(path) == 1:
            return f"“{path[0]}”：" if isinstance(path[0], str) else ""
        section, rest = (f"[[{path[0]}]] ", path[2:]) if isinstance(path[1], int) else (f"“{path[0]}”：", path[1:])
        inner = (f"第 {part + 1} 项：" if isinstance(part, int) else f"“{part}”" for part in rest)
        return section + re.sub(r"”(?!第|：)", "”：", "".join(inner))

    def _sentence(self, error: Any, path: Path) -> str:
        kind, name, item = error["type"], str(path[-1]), ""
        if isinstance(path[-1], int) and len(path) > 1:
            name, item = str(path[-2]), f"第 {path[-1] + 1} 项"
        before, after = (f"“{name}”{item}", f"“{name}”") if self.quoted else (f"{name} {item}", f" {name}")
        if kind == "told":
            return f"{before}{error['msg']}"
        if kind == "missing":
            return f"缺少{after}{self._meaning(path)}。"
        if kind in ("unexpected_keyword_argument", "extra_forbidden"):
            known = keys_of(self._model_at(path[:-1]) or self.model)
            return f"不认识的键{after}，可用：{'、'.join(known)}。"
        if kind == "too_long":
            most, found = error["ctx"]["max_length"], error["ctx"]["actual_length"]
            return f"{before}有 {found or f'{most} 个以上'} 项，最多 {most} 项，请核对是否选错了文件。"
        if kind == "too_short":
            return f"{before}至少要有 {error['ctx']['min_length']} 项。"
        if kind == "recursion_loop":
            return f"{before}里套得太深，不能读取。"
        if kind != "tuple_type" and not item:
            return f"{before}应是一个表，如 {{ … }}。"
        model = self._model_at(path)
        if model is None:
            return f"{before}应是一组，写在方括号里。"
        section = len(path) == 1 + bool(item)
        return f"“{name}”应写成 [[{name}]]。" if section else f"“{name}”应是一组表，如 [ {{ … }} ]。"

    def _meaning(self, path: Path) -> str:
        model = self._model_at(path[:-1])
        key = keys_of(model).get(str(path[-1])) if model else None
        return f"（{key.meaning}）" if self.quoted and key and key.meaning else ""

    def _model_at(self, path: Path) -> type | None:
        model: type | None = self.model
        for part in path:
            if isinstance(part, str) and model is not None:
                key = keys_of(model).get(part)
                model = model_in(key.annotation) if key else None
        return model


# Lines ---------------------------------------------------------------------------------------------------------------

_STRINGS = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'.*?\'\'\''
    r'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\''
    r"|#[^\n]*|[\[\]{},=\n]|[^\s\"'#\[\]{},=]+|[\"']",
    re.DOTALL,
)


class Lines:
    """On which line of a sound TOML text each key, table and item of a list begins."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {(): 1}
        self._counts: dict[Path, int] = {}  # tables so far of a list of [[tables]]
        self._tokens = _tokens(text)
        self._token, self._line = next(self._tokens, ("", 0))
        table: Path = ()
        while self._token:
            if self._token == "\n":
                self._next()
            elif self._token == "[":
                table = self._header()
            else:
                self._pair(table)

    def at(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def has(self, path: Path) -> bool:
        return path in self._lines

    def located(self, fault: TomlFault) -> TomlFault:
        return fault if fault.line else replace(fault, line=self.at(fault.path))

    def _next(self) -> None:
        self._token, self._line = next(self._tokens, ("", 0))

    def _names(self, end: str) -> list[str]:
        """The parts of a dotted key up to the token `end`."""
        names: list[str] = []
        while self._token and self._token != end:
            quoted = self._token[0] in "\"'"
            names += [self._token[1:-1]] if quoted else [part for part in self._token.split(".") if part]
            self._next()
        return names

    def _header(self) -> Path:
        line = self._line
        self._next()
        listed = self._token == "["
        if listed:
            self._next()
        names = self._names("]")
        while self._token and self._token != "\n":
            self._next()
        path: Path = ()
        for name in names[:-1]:
            path = (*path, name)
            self._lines.setdefault(path, line)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        path = (*path, *names[-1:])
        self._lines.setdefault(path, line)
        if listed:
            self._counts[path] = self._counts.get(path, 0) + 1
            path = (*path, self._counts[path] - 1)
            self._lines[path] = line
        return path

    def _pair(self, table: Path) -> None:
        line = self._line
        for name in self._names("="):
            table = (*table, name)
            self._lines.setdefault(table, line)
        self._next()
        self._value(table)

    def _value(self, path: Path) -> None:
        if self._token not in ("[", "{"):
            while self._token and self._token not in (",", "]", "}", "\n"):
                self._next()
            return
        end, count = {"[": "]", "{": "}"}[self._token], 0
        self._next()
        while self._token and self._token != end:
            if self._token in (",", "\n"):
                self._next()
            elif end == "}":
                self._pair(path)
            else:
                self._lines[(*path, count)] = self._line
                self._value((*path, count))
                count += 1
        self._next()


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    line, seen = 1, 0
    for found in _TOKEN.finditer(text):
        line += text.count("\n", seen, found.start())
        seen = found.start()
        if not found[0].startswith("#"):
            yield found[0], line
