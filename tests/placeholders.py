"""Words in braces that a text keeps for what is filled in later: no page shows one."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

PLACEHOLDER = re.compile(r"\{[\w.-]*[^\W\d][\w.-]*\}")
# Where braces are meant: what a rulebook or form is written in, and what somebody typed.
MEANT = re.compile(r"<(code|pre|textarea|script|style)\b.*?</\1>|<(?:input|meta)\b[^>]*>", re.S)


def left_in(page: str) -> list[str]:
    """Placeholders that a reader of the page would see."""
    return PLACEHOLDER.findall(MEANT.sub("", page))


class NoneLeft:
    """Fails the request of a test whose answer shows a placeholder."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
            left = left_in(response.content.decode())
            assert not left, f"{request.path} shows {left}"
        return response
