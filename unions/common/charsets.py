"""Everything that is sent to us is UTF-8: what says it is anything else is turned away before anybody reads it.

Django raises where it reads such a form; the page for that error reads the form again, and so on through every layer.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from unions.common.refusals import Refused

SAID = "提交的内容注明的文字编码是“{}”，这里只接收 UTF-8。请用浏览器打开页面填写；由程序提交的，请在 Content-Type 中写 charset=utf-8 或不写。"


class InAnotherCharset(Refused):
    status = 415


class OnlyUtf8:
    """The first of all: no one behind it reads what was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        stated = (request.content_params or {}).get("charset", "utf-8")
        if stated.lower() == "utf-8":
            return self.get_response(request)
        refusal = InAnotherCharset(SAID.format(stated[:40]))
        if request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"detail": refusal.message, "fields": {}}, status=refusal.status)
        # Without the request: the page gives back no words, for that it would read the form.
        return HttpResponse(render_to_string("errors/refused.html", {"refusal": refusal}), status=refusal.status)
