"""Serial numbers without gaps: per scope (a unit and a kind) and year."""

from __future__ import annotations

from django.db import models
from django.db.models import F


class Series(models.Model):
    scope = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["scope", "year"], name="series_once")]

    @staticmethod
    def take(scope: str, year: int, count: int = 1) -> range:
        """The next `count` numbers. Runs in the caller's transaction: rolled back, they are given again."""
        Series.objects.bulk_create([Series(scope=scope, year=year)], ignore_conflicts=True)
        Series.objects.filter(scope=scope, year=year).update(last=F("last") + count)
        last = Series.objects.get(scope=scope, year=year).last
        return range(last - count + 1, last + 1)
