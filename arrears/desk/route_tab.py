"""The tab 转办转送 of a case: the whole route between unions, and what was put to departments."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from arrears.cases.ledger import Balance
from arrears.cases.models import Case
from arrears.referrals import actions as referrals
from arrears.referrals.kinds import KINDS
from arrears.referrals.models import Referral
from unions.models import User


def route_tab(case: Case, user: User, balance: Balance, request: HttpRequest) -> dict[str, Any]:
    rows = Referral.objects.visible_to(user).filter(case=case)
    return {
        "transfers": case.transfers.select_related("sender", "receiver", "asked_by", "answered_by"),
        "referrals": [(row, KINDS[row.kind]) for row in rows.select_related("agency", "sender", "requested_by")],
        "may_refer": referrals.may_refer(case, user),
    }
