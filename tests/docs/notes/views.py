"""The notes of a case."""

from arrears.notes import actions
from arrears.notes.forms import NoteForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from arrears.cases.views.found import the_case
from unions.common.attempt import attempt
from unions.http import Request, form_page


@form_page
def notes(request: Request, pk: int) -> HttpResponse:
    case, now = the_case(request, pk), timezone.now()
    form, status = NoteForm(request.POST or None, today=timezone.localdate(now)), 200
    if request.method == "POST":
        done, status = attempt(form, lambda data: actions.write(case, data["text"], request.user, now))
        if done:
            return redirect("case-notes", case.pk)
    context = {"case": case, "notes": case.notes.all(), "form": form}
    return render(request, "arrears/notes/notes.html", context, status=status)
