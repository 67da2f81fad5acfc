"""The page of a public-opinion event (SD-3.3) and its steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from arrears.cases.models import Case
from arrears.cases.views.drafts import forgets
from arrears.cases.views.recording import own_unit
from arrears.serious.actions import opinions
from arrears.serious.forms import CaseNumberForm, OpinionEventForm, OpinionHandleForm, OpinionStepForm
from arrears.serious.models import Opinion, Verdict
from unions.common.attempt import attempt
from unions.common.form_fields import seen_in
from unions.common.refusals import Forbidden, Refused
from unions.common.text import number_key
from unions.http import Request, form_page, post_action, read_page
from unions.idempotency import taken_once
from unions.models import User
from unions.people.rights import Right

Step = Callable[[Opinion, User, datetime, dict[str, Any], int], Opinion]


def the_opinion(request: Request, pk: int) -> Opinion:
    """404 for strangers."""
    return get_object_or_404(Opinion.objects.visible_to(request.user).select_related("union__parent", "by"), pk=pk)


@form_page
@forgets("opinion")
@taken_once
def new(request: Request) -> HttpResponse:
    user, now = request.user, timezone.now()
    if not user.paths(Right.FILE):
        raise Forbidden("您的任职不包含登记舆情，请由填报员或经办人登记。")
    today = timezone.localdate()
    if request.method != "POST":
        initial = {"union": own_unit(user).get("union", ""), "seen_at": timezone.localtime(now)}
        return _form(request, OpinionEventForm(user=user, today=today, initial=initial))
    form = OpinionEventForm(request.POST, user=user, today=today)
    row, status = attempt(
        form,
        lambda data: opinions.record(
            data["union"], data["title"], data["source"], data["where"], data["heavy"], data["seen_at"], user, now
        ),
    )
    if row is None:
        return _form(request, form, status)
    messages.success(request, "已登记舆情，首次回应后请及时补记。")
    return redirect(row)


def _form(request: Request, form: OpinionEventForm, status: int = 200) -> HttpResponse:
    return render(request, "arrears/serious/opinion_form.html", {"form": form}, status=status)


@read_page
def opinion(request: Request, pk: int) -> HttpResponse:
    return _page(request, the_opinion(request, pk))


def _page(request: Request, row: Opinion, status: int = 200, **forms: Any) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    seen = Case.objects.visible_to(user).filter(opinions=row).select_related("employer", "handling_union")
    context = {
        "row": row,
        "cases": seen,
        "may_record": opinions.may_record(row, user),
        "now": timezone.now(),
        "step_form": (OpinionHandleForm if row.answered_at else OpinionStepForm)(
            today=today, initial={"when": timezone.localtime(), "verdict": Verdict.TRUE}
        ),
        "number_form": CaseNumberForm(today=today),
    }
    return render(request, "arrears/serious/opinion.html", context | forms, status=status)


def case_numbered(number: str, user: User) -> Case:
    """The case the reader sees under this number. Refused when there is none."""
    found = Case.objects.visible_to(user).filter(number=number_key(number)).first()
    if found is None:
        raise Refused.for_field("number", "没有找到这个编号的案件，请核对。")
    return found


STEPS: dict[str, Step] = {
    "answer": lambda row, by, at, data, seen: opinions.answer(row, data["text"], data["when"], by, at, seen=seen),
    "handle": lambda row, by, at, data, seen: opinions.handle(
        row, data["text"], data["when"], by, at, seen=seen, verdict=data["verdict"], statement=data["statement"]
    ),
    "link": lambda row, by, at, data, seen: opinions.link(row, case_numbered(data["number"], by), by, at, seen=seen),
}


STEP_FORMS = {"answer": OpinionStepForm, "handle": OpinionHandleForm, "link": CaseNumberForm}


@post_action
@forgets("opinion-{name}")
def step(request: Request, pk: int, name: str) -> HttpResponse:
    row, user = the_opinion(request, pk), request.user
    if name not in STEPS:
        raise Http404
    if not opinions.may_record(row, user):
        raise Forbidden(f"这件舆情由“{row.union.in_charge()}”登记办理。")
    key = "number_form" if name == "link" else "step_form"
    form = STEP_FORMS[name](request.POST, today=timezone.localdate())
    seen = seen_in(request.POST)
    done, status = attempt(form, lambda data: STEPS[name](row, user, timezone.now(), data, seen))
    if done is None:
        return _page(request, the_opinion(request, pk), status, **{key: form})
    messages.success(request, "已登记。")
    return redirect(row)
