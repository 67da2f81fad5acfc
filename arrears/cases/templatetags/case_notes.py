"""The form of a note beside the timeline of a case, for whoever may write one."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from arrears.cases import notes
from arrears.cases.forms.steps import NoteForm
from arrears.cases.models import Case

register = template.Library()


@register.inclusion_tag("arrears/cases/note_form.html", takes_context=True)
def case_note_form(context: Any, case: Case) -> dict[str, Any]:
    """One query for whoever serves at a unit of the case; nothing for others. `note_form`: one that was turned away."""
    user = context["request"].user
    if not notes.may_note(case, user):
        return {}
    form = context.get("note_form")
    if form is None:
        form = NoteForm(colleagues=notes.colleagues(case, user, timezone.now()), today=timezone.localdate())
    return {"case": case, "form": form, "request": context["request"]}
