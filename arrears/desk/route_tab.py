"""The tab 转办转送 of a case: the whole route between unions, and what was put to departments."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from arrears import referrals
from arrears.ledger import Balance
from arrears.models import Case, Referral
from arrears.referral_kinds import KINDS
from unions.models import User


def route_tab(case: Case, user: User, balance: Balance, request: HttpRequest) -> dict[str, Any]:
    rows = Referral.objects.visible_to(user).filter(case=case)
    return {
        "transfers": case.transfers.select_related("sender", "receiver", "asked_by", "answered_by"),
        "referrals": [(row, KINDS[row.kind]) for row in rows.select_related("agency", "sender", "requested_by")],
        "may_refer": referrals.may_refer(case, user),
    }
