"""What the system says no with. Every refusal is a 4xx with a sentence for the person in front of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self


class Refused(Exception):
    """The act cannot be done as asked. `message`: what, where, how to mend it. `fields`: form field → sentence."""

    status = 422

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})

    @classmethod
    def for_field(cls, field: str, sentence: str) -> Self:
        """A refusal whose sentence stands beside one field of the form."""
        return cls(sentence, {field: sentence})


class Forbidden(Refused):
    """A colleague without the right."""

    status = 403


class Stale(Refused):
    """What was shown is no longer what is there: someone else was faster."""

    status = 409


def check_not_in_future(moment: datetime, now: datetime, field: str, label: str) -> None:
    """Refuse a moment later than now. `label`: what the field is called on the screen."""
    if moment > now:
        raise Refused.for_field(field, f"{label}不能晚于现在。")
