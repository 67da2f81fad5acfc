"""Figures that programs send: read as the forms of the pages read them (`unions.common.figures`)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from unions.common.figures import NotRead, read_people, read_yuan
from unions.common.limits import MONEY_DIGITS, MOST_MONEY, MOST_PEOPLE


class YuanField(serializers.DecimalField):
    """One sum in yuan. `negative`: below nothing as well."""

    def __init__(self, *, negative: bool = False, **more: Any) -> None:
        self.negative = negative
        least = -MOST_MONEY if negative else Decimal(0)
        bounds: dict[str, Any] = {"min_value": least, "max_value": MOST_MONEY, "help_text": "元"}
        super().__init__(max_digits=MONEY_DIGITS, decimal_places=2, **(bounds | more))

    def to_internal_value(self, data: Any) -> Decimal:
        try:
            return read_yuan(data, negative=self.negative)
        except NotRead as why:
            raise serializers.ValidationError(str(why)) from why


class PeopleField(serializers.IntegerField):
    """A whole number of people. `negative`: below nothing as well."""

    def __init__(self, *, negative: bool = False, **more: Any) -> None:
        self.negative = negative
        super().__init__(**({"min_value": -MOST_PEOPLE if negative else 0, "max_value": MOST_PEOPLE} | more))

    def to_internal_value(self, data: Any) -> int:
        try:
            return read_people(data, negative=self.negative)
        except NotRead as why:
            raise serializers.ValidationError(str(why)) from why
