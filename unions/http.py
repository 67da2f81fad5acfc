"""What every page of a signed-in person begins with: who she is, and by which methods the page may be asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from unions.common.pdf import PDF, pdf_of_page
from unions.common.views import attachment
from unions.models import User

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


class Request(HttpRequest):
    """A request behind one of the decorators below: its user is signed in."""

    user: User


View = Callable[Concatenate[Request, P], R]
SignedInView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def read_page(view: View[P, R]) -> SignedInView[P]:
    """Read only: GET and HEAD, by somebody who is signed in. A page with a paper on it is given as PDF for `?as=pdf`."""
    return _signed_in(require_safe(_also_as_pdf(view)))


def form_page(view: View[P, R]) -> SignedInView[P]:
    """Shows a form and takes it: GET, HEAD and POST, by somebody who is signed in."""
    return _signed_in(require_http_methods(["GET", "HEAD", "POST"])(view))


def post_action(view: View[P, R]) -> SignedInView[P]:
    """Changes something: POST only, by somebody who is signed in. Marked, so that nobody is led there by a link (middleware)."""
    action = _signed_in(require_POST(view))
    action.sent_only = True  # type: ignore[attr-defined]
    return action


def _also_as_pdf(view: Callable[..., R]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        page = view(request, *args, **kwargs)
        wanted = request.GET.get("as") == "pdf" and page.status_code == HTTPStatus.OK
        if not (wanted and isinstance(page, HttpResponse) and page.get("Content-Type", "").startswith("text/html")):
            return page
        title, content = pdf_of_page(page.content.decode())
        return attachment(content, f"{title}.pdf", PDF) if content else page

    return answer


def _signed_in(view: Callable[..., R]) -> Callable[..., R]:
    return login_required(view)
