"""Writing a note."""

from datetime import datetime

from arrears.notes.models import CaseNote
from django.db import transaction

from arrears.cases.models import Case
from unions.common.refusals import Forbidden
from unions.log import audit
from unions.models import User
from unions.people.rights import Right


@transaction.atomic
def write(case: Case, text: str, by: User, at: datetime) -> CaseNote:
    """Write a note beside the case, by somebody who handles it."""
    if not by.may(Right.HANDLE, case.handling_union):
        raise Forbidden(f"本案由“{case.handling_union}”承办。")
    row = CaseNote.objects.create(case=case, text=text, by=by, at=at)
    audit.record(case.stream, "note.write", by, at, union=case.handling_union, note=row.pk)
    return row
