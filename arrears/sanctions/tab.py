"""The tab 惩戒公布 of a case: what departments decided, the list, who asked for publication."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from arrears.cases import ledger
from arrears.cases.models import Case
from arrears.sanctions import conditions
from arrears.sanctions.actions import listings, sanctions
from arrears.sanctions.forms import ListingProposalForm, PutForwardForm, SanctionForm
from arrears.sanctions.models import Listing, PutForward, Sanction
from unions.models import User


def sanctions_tab(case: Case, user: User, balance: ledger.Balance, request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    may = sanctions.may_record_sanction(case, user)
    under_way = Listing.objects.under_way(today).filter(employer=case.employer_id).exists()
    department = listings.usual_department(case) if may else ""
    return {
        "sanctions": [(row, row.late_on(today)) for row in Sanction.objects.filter(case=case)],
        "listings": [(row, row.expired_on(today)) for row in Listing.objects.visible_to(user).filter(case=case)],
        "put_forward": PutForward.objects.filter(case=case).select_related("by"),
        "judged": conditions.judge_cases([case.pk], today).get(case.pk) if case.number else None,
        "under_way": under_way,
        "may_enter": may,
        "may_propose": listings.may_propose(case, user) and not under_way,
        "sanction_form": SanctionForm(today=today, initial={"kind": "order", "department": department}),
        "propose_form": ListingProposalForm(today=today, initial={"department": department}),
        "put_forward_form": PutForwardForm(today=today, initial={"on": today}),
    }
