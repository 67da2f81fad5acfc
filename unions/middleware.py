"""Refusals become pages: one place turns the domain's no into a 4xx answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

from django.contrib.messages.storage import default_storage as new_messages
from django.db import DataError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode

from unions import uploads
from unions.common.refusals import Refused
from unions.common.text import clean_values
from unions.models import User
from unions.navigation import OPEN_TO_DEPARTMENTS

UNSTORABLE = "地址或内容中含有无法识别的字符（空字符），请删去后再试。"
ASKS_FIRST, KEPT = "asks_first", "kept_file"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
ONLY_SENT_TO = "这个地址只接收提交的内容，不能直接打开。请返回原来的页面，再点一次按钮。"
ONLY_OPENED = "这个页面只供查看，不接收提交的内容，所填内容没有保存。请返回填写的页面，刷新后重新提交。"


def is_unstorable(error: Exception) -> bool:
    """Whether PostgreSQL was asked about a text with a NUL in it: no text has one, whichever way it came in (as JSON too)."""
    asked = isinstance(error, ValueError) and "cannot contain NUL" in str(error)
    return asked or (isinstance(error, DataError) and "\\u0000" in str(error))


class NotOpened(Refused):
    """What is there only to be sent to, or only to be opened."""

    status = 405


class Refusals:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method in ("GET", "POST"):
            opened = request.method == "GET"
            if opened and urlsplit(_sent_from(request)).path == request.path:
                return redirect(_page_above(request))
            page = answer_to(request, NotOpened(ONLY_SENT_TO if opened else ONLY_OPENED))
            # An answer without a word would show nothing at all.
            response.content, response["Content-Type"] = page.content, page["Content-Type"]
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _refused(request, exception)


def _refused(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """The answer to what the domain refused, or could not be stored; None for every other exception."""
    if not isinstance(exception, Refused):
        if not is_unstorable(exception):
            return None
        exception = Refused(UNSTORABLE)
    return answer_to(request, exception)


def answer_to(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Of a middleware too: what it raises itself comes to no `process_exception`."""
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"detail": refusal.message, "fields": refusal.fields}, status=refusal.status)
    return render(request, "errors/refused.html", {"refusal": refusal}, status=refusal.status)


class CleanText:
    """What was typed into a form or an address is read as its writer saw it, without invisible characters."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, *view: Any) -> None:
        request.GET = clean_values(request.GET)
        if request.content_type in FORMS and not _reads_itself(view[0]):
            request.POST = clean_values(request.POST)


def _reads_itself(view: Any) -> bool:
    """A view of django-rest-framework reads what is sent itself, and refuses what is no JSON; a form of the window measures it first."""
    return hasattr(view, "cls") or getattr(view, "csrf_exempt", False)


class AsksFirst:
    """A form with `{% asks_first %}` that was sent without JavaScript is tried first. What is refused is answered as ever; what would
    be done is undone again and shown as a summary, from which it is sent for good. Chosen files are kept over the question.

    With JavaScript the dialog of static/js/confirm.js asks and empties the field; programs never send it. It stands last: the view is
    called from here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.content_type not in FORMS or _reads_itself(view) or not request.user.is_authenticated:
            return None
        if tokens := request.POST.getlist(KEPT):
            try:
                kept = uploads.kept_files(tokens, request.user)
            except Refused as refusal:
                return answer_to(request, refusal)
            for name, chosen in request.FILES.lists():  # chosen anew: beside what was kept, and the last of its field
                kept.setlist(name, [*kept.getlist(name), *chosen])
            request._files = kept
        text = request.POST.get(ASKS_FIRST, "")
        by_hand = "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers
        if not text or not by_hand:
            return None
        asked = _read_asked(text)
        only = asked.get("only") or []
        if only and not any(f"{name}={value}" in only for name, value in request.POST.items()):
            return None
        files = uploads.keep_files(request.FILES, request.user)  # before the view: it may move what was uploaded
        if (refused := self._tried(request, view, args, kwargs)) is not None:
            for token in files:
                uploads.drop(token, request.user)
            return refused
        return self._question(request, asked, files)

    def _tried(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """What is answered where the form is refused; None where it would be taken. Nothing that was taken stays."""
        response: HttpResponse | None
        session, written = deepcopy(dict(request.session.items())), request.session.modified
        with transaction.atomic(), uploads.undone_files() as undo:
            try:
                with transaction.atomic():
                    response = view(request, *args, **kwargs)
            except Exception as error:
                response = _refused(request, error)
                if response is None:
                    raise
            if response.status_code >= 400:
                return response
            transaction.set_rollback(True)
            undo()
        request.session.clear()
        request.session.update(session)
        request.session.modified = written
        request._messages = new_messages(request)  # it was not done: nobody is told so
        return None

    def _question(self, request: Any, asked: dict[str, Any], files: list[str]) -> HttpResponse:
        carried = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in (ASKS_FIRST, KEPT, "csrfmiddlewaretoken")
            for value in values
        ]
        labels = asked.get("labels") or {}
        chosen = [(name, file.name) for name, all_of in request.FILES.lists() for file in all_of]
        context = {
            "carried": [*carried, *((KEPT, token) for token in files)],
            "lines": list(_lines([*carried, *chosen], labels)),
            **{name: str(asked.get(name) or "") for name in ("says", "title", "action")},
        }
        return render(request, "unions/ask_first.html", context)


# A character of two halves (\\ud83d\\ude00) is none of ours, and half of one cannot be written out.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def _read_asked(text: str) -> dict[str, Any]:
    try:
        asked = {} if _HALF.search(text) else json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(asked, dict) or not isinstance(asked.get("only") or [], list):
        return {}
    return asked


def _lines(carried: list[tuple[str, Any]], labels: Any) -> Iterator[tuple[str, str]]:
    """(label, what was filled in) of every field that has a label and a value."""
    for name, value in carried:
        words = labels.get(name) if isinstance(labels, dict) else None
        if words and value:
            label, choices = words if isinstance(words, list) and len(words) == 2 else (words, {})
            yield str(label), str(choices.get(value, value) if isinstance(choices, dict) else value)


class BackToThePage:
    """Whose session ended while she typed comes back, once signed in, to the page she sent from: the address she sent to shows
    nothing by itself (405).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sign_in = reverse("sign-in")
        asked = request.method == "POST" and response.get("Location", "").startswith(f"{sign_in}?next=")
        if asked and (page := _sent_from(request)):
            response["Location"] = f"{sign_in}?{urlencode({'next': page})}"
        return response


def _page_above(request: HttpRequest) -> str:
    """A form that was refused is shown again at the address it was sent to; a tab or filter of that page (`?…`) means the same page
    where it can be opened: the nearest address above that there is.
    """
    path = request.path
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if _can_be_opened(path):
            break
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _can_be_opened(path: str) -> bool:
    try:
        return not getattr(resolve(path).func, "sent_only", False)
    except Resolver404:
        return False


def _sent_from(request: HttpRequest) -> str:
    """The page of this site a form was sent from; "" when the browser does not say."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return ""
    return f"{page.path}?{page.query}" if page.query else page.path


class OwnPassword:
    """Whoever signed in with a one-time password sets her own before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and user.must_change_password:
            open_to_her = {reverse(name) for name in ("password", "sign-in", "sign-out")}
            if request.path not in open_to_her:
                return redirect("password")
        return self.get_response(request)


class DepartmentWindow:
    """People of departments see what is addressed to them and nothing else, whatever another page would show anybody
    who is signed in: every other address answers as if it were not there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in OPEN_TO_DEPARTMENTS:
            return
        if isinstance(request.user, User) and request.user.is_outsider():
            raise Http404
