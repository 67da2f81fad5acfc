"""What the commands share: usage in Chinese, days as arguments, exit 1 for a refusal and 2 for wrong usage."""

from __future__ import annotations

import json
import re
from argparse import ArgumentTypeError
from datetime import date
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from arrears.law.editions.rulebook_editions import rulebooks_before_setup
from arrears.law.rules.reader import NOTICES
from arrears.law.rules.rulebook import Rulebook


class _Parser(CommandParser):
    usage_line = ""

    def error(self, message: str) -> NoReturn:
        said = f"{_in_chinese(message)}\n{self.usage_line}"
        # Django lets an exception from the parser through with its traceback.
        if self.called_from_command_line:
            self.exit(2, f"{said}\n")
        raise CommandError(said, returncode=2)


# What argparse says, and how we say it.
SAYINGS = (
    (r"the following arguments are required: (.*)", r"缺少 \1。"),
    (r"unrecognized arguments: (.*)", r"不认识的参数 \1。"),
    (r"argument (.*?): expected one argument", r"\1 后面缺少内容。"),
    (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"\1 没有 \2，可用：\3。"),
    (r"argument (.*?): (.*)", r"\1：\2。"),
)


def _in_chinese(message: str) -> str:
    for english, chinese in SAYINGS:
        if re.fullmatch(english, message):
            return re.sub(english, chinese, message)
    return f"参数不对：{message}"


class SpokenCommand(BaseCommand):
    """A command that answers wrong usage with its own line of usage, in Chinese."""

    usage_line = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        speak(parser, self.usage_line)
        return parser


def speak(parser: Any, usage_line: str) -> None:
    """Make a parser (also one for a sub-command) refuse in Chinese."""
    parser.__class__ = _Parser
    parser.usage_line = usage_line


def day(text: str) -> date:
    """An argument such as 2022-10-08."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}”不是日期，应写成 2022-10-08") from error


def whole(text: str) -> int:
    """An argument such as 5."""
    try:
        return int(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}”不是整数，应写成 5") from error


def rulebook_named(key: str, usage_line: str) -> Rulebook:
    """The edition in force, also of one brought in by a province. Raises CommandError, exit 2, that lists what there is."""
    books = rulebooks_before_setup()
    if key not in books:
        notices = sorted(books, key=lambda name: (name not in NOTICES, name))
        listed = "\n".join(f"  {name}  {books[name].title}" for name in notices if books[name].kind == "notice")
        raise CommandError(f"没有规则“{key}”，可用：\n{listed}\n{usage_line}", returncode=2)
    return books[key]


def show_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
