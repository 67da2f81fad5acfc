"""The calls of a case."""

from arrears.calls import actions
from arrears.calls.forms import CallForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from arrears.cases.views.found import the_case
from unions.common.attempt import attempt
from unions.http import Request, form_page


@form_page
def calls(request: Request, pk: int) -> HttpResponse:
    case, now = the_case(request, pk), timezone.now()
    form, status = CallForm(request.POST or None, today=timezone.localdate(now)), 200
    if request.method == "POST":
        done, status = attempt(form, lambda data: actions.write(case, data["text"], request.user, now))
        if done:
            return redirect("case-calls", case.pk)
    context = {"case": case, "calls": case.phone_calls.all(), "form": form}
    return render(request, "arrears/calls/calls.html", context, status=status)
