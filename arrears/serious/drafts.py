"""Who may keep what is typed into the forms about serious cases."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from arrears.cases.views.drafts import MayKeep, may_begin, sees_case
from arrears.serious.models import Emergency, Opinion, Oversight, Reception
from unions.models import User


def _sees(model: type[Model]) -> MayKeep:
    def sees(user: User, pk: int) -> bool:
        rows: Any = model._default_manager
        return bool(rows.visible_to(user).filter(pk=pk).exists())

    return sees


FORMS: dict[str, MayKeep] = {
    "emergency": sees_case,
    "emergency-arrive": _sees(Emergency),
    "emergency-note": _sees(Emergency),
    "emergency-end": _sees(Emergency),
    "oversight": sees_case,
    "oversight-report": _sees(Oversight),
    "from-above": sees_case,
    "fallback": sees_case,
    "opinion": may_begin,
    "opinion-answer": _sees(Opinion),
    "opinion-handle": _sees(Opinion),
    "reception": may_begin,
    "reception-take": _sees(Reception),
    "reception-known": _sees(Reception),
}
