"""Lists by name stand in the order of pinyin, as a Chinese reader looks a name up."""

from __future__ import annotations

from django.db.models.functions import Collate

# ICU's Chinese order: one reading for each character, so a surname with two (单, 曾, 仇) stands under the commoner one.
PINYIN = "zh-x-icu"


def by_name(column: str = "name") -> Collate:
    """For `order_by`: the names in `column` by pinyin; what is written in Latin letters comes first."""
    return Collate(column, PINYIN)
