"""Who may keep what is typed into the forms of referrals."""

from __future__ import annotations

from arrears.cases.views.drafts import MayKeep, sees_case
from arrears.referrals.models import ReferralKind

FORMS: dict[str, MayKeep] = {f"refer-{kind}": sees_case for kind in ReferralKind.values}
