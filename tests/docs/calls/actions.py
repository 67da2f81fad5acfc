"""Writing a call."""

from datetime import datetime

from arrears.calls.models import PhoneCall
from django.db import transaction

from arrears.cases.models import Case
from unions.common.refusals import Forbidden
from unions.log import audit
from unions.models import User
from unions.people.rights import Right


@transaction.atomic
def write(case: Case, text: str, by: User, at: datetime) -> PhoneCall:
    """Write a call beside the case, by somebody who handles it."""
    if not by.may(Right.HANDLE, case.handling_union):
        raise Forbidden(f"本案由“{case.handling_union}”承办。")
    row = PhoneCall.objects.create(case=case, text=text, by=by, at=at)
    audit.record(case.stream, "call.write", by, at, union=case.handling_union, call=row.pk)
    return row
