"""Reading the JSON that a program sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class TooDeep(ParseError):
    default_detail = "提交的 JSON 嵌套太深，无法读取。请按接口说明提交一层对象，不要把数组或对象层层套在一起。"


class Json(JSONParser):
    """Read JSON; refuse nesting that is too deep, which DRF lets through as an error of Python."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise TooDeep from error
