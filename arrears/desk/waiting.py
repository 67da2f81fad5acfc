"""How many things wait for a reader's decision: the numbers beside the sections of the sidebar."""

from __future__ import annotations

from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from arrears.desk.approvals import KINDS
from arrears.early_warning.board import reports_awaiting
from arrears.escalations.models import Acknowledgement, Escalation
from arrears.portal.models import WindowLetter
from arrears.referrals.models import Referral, ReferralStage
from arrears.transfers.models import Transfer
from unions.models import User
from unions.people.rights import Right

DECIDES = (Right.APPROVE, Right.RECEIVE)


def waiting_for(user: User) -> dict[str, int]:
    """URL name of the section → what waits for this reader there. One query; departments: what they have not answered."""
    if user.is_outsider():
        matters = Referral.objects.addressed_to(user, timezone.localdate())
        return {"incoming": matters.filter(stage__in=[ReferralStage.SENT, ReferralStage.ACCEPTED]).count()}
    if not any(user.paths(right) for right in DECIDES):
        return {}
    counts = {f"approve-{kind.key}": kind.rows(user) for kind in KINDS} | {
        "to_receive": Escalation.objects.awaiting_receipt_by(user),
        "alarms": Acknowledgement.objects.owed_by(user),
        "to_read": Referral.objects.unread_above(user),
        "arrived": Transfer.objects.arriving_at(user),
        "warned": reports_awaiting(user),
        "told": WindowLetter.objects.awaiting(user),
    }
    row = User.objects.filter(pk=user.pk).values_list(*(_count(rows) for rows in counts.values())).get()
    # A right that is held nowhere asks nothing and answers None.
    n = dict(zip(counts, (count or 0 for count in row), strict=True))
    asked = sum(n[f"approve-{kind.key}"] for kind in KINDS)
    return {
        "escalations": n["approve-report"] + n["to_receive"],
        "referrals": n["approve-referral"] + n["to_read"],
        "clues": n["arrived"],
        "letters": n["approve-letter"],
        "worker-letters": n["told"],
        "warnings": n["warned"],
        "oversights": n["approve-oversight"],
        "safety-nets": n["approve-drawing"],
        "sanctions": n["approve-listing"] + n["approve-publication"],
        "listings": n["approve-listing"],
        "publications": n["approve-publication"],
        "prevention": n["approve-risk-change"] + n["approve-subsidy"],
        "desk": asked + n["to_receive"] + n["alarms"] + n["to_read"] + n["arrived"],
    }


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().annotate(n=Func("pk", function="COUNT", output_field=IntegerField()))
    return Coalesce(Subquery(counted.values("n")), 0)  # nothing is asked where the reader decides nowhere
