"""Keeping what is typed into the smaller forms: one address for all, and forgetting it once the form was accepted.

A form says in its template that it is kept (`{% kept_form "oversight" case.pk %}`); its view is wrapped in `forgets`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone

from arrears.cases.models import Case
from unions.common.features import provided
from unions.common.formats import clock
from unions.form_drafts import forget, keep_all
from unions.http import Request, post_action
from unions.models import User
from unions.people.rights import Right

View = Callable[..., HttpResponse]
SENDS_BACK = 302


# Whether the reader has before her what a form is about; 0 where it begins something new.
MayKeep = Callable[[User, int], bool]


def sees_case(user: User, pk: int) -> bool:
    return Case.objects.visible_to(user).filter(pk=pk).exists()


def may_begin(user: User, pk: int) -> bool:
    return pk == 0 and bool(user.paths(Right.FILE))


@cache
def _forms() -> dict[str, MayKeep]:
    """Form → who may keep what is typed into it. Apps declare "form drafts"."""
    return {form: may_keep for forms in provided("form drafts") for form, may_keep in forms.items()}


@post_action
def keep_typed(request: Request, form: str, pk: int) -> HttpResponse:
    """Keep what is typed as it is; with `forget` in it, throw it away. 404 for strangers and unknown forms."""
    user = request.user
    may_keep = _forms().get(form)
    if may_keep is None or not may_keep(user, pk):
        raise Http404
    at = timezone.now()
    if "forget" in request.POST:
        forget(user, f"{form}:{pk}")
    else:
        keep_all(user, f"{form}:{pk}", request.POST, at)
    return JsonResponse({"saved_at": clock(at)})


def forgets(form: str) -> Callable[[View], View]:
    """For the view that takes `form` in: what was kept goes once it sends the reader on. `form` may name what the address names."""

    def wrap(view: View) -> View:
        @wraps(view)
        def taking(request: Request, *args: Any, pk: int = 0, **named: Any) -> HttpResponse:
            answer = view(request, *args, **({"pk": pk} if pk else {}), **named)
            if request.method == "POST" and answer.status_code == SENDS_BACK:
                forget(request.user, f"{form.format(**named)}:{pk}")
            return answer

        return taking

    return wrap
