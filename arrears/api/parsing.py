"""Reading the JSON that a program sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from unions.common.refusals import Refused
from unions.common.text import clean

NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # neither the database nor UTF-8 takes them
UNREADABLE = "提交的内容含有无法识别的字符（空字符或不成对的代理字符），请删去后重新提交。"


class TooDeep(ParseError):
    default_detail = "提交的 JSON 嵌套太深，无法读取。请按接口说明提交一层对象，不要把数组或对象层层套在一起。"


class Json(JSONParser):
    """Read JSON, every text as its writer saw it; refuse nesting that is too deep, which DRF lets through as an error of Python."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            return _cleaned(super().parse(stream, media_type, parser_context))
        except RecursionError as error:
            raise TooDeep from error


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            if NO_TEXT.search(value):
                raise Refused(UNREADABLE)
            return clean(value)
        case list():
            return [_cleaned(one) for one in value]
        case dict():
            return {_cleaned(name): _cleaned(one) for name, one in value.items()}
    return value
