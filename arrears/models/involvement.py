"""A unit outside the case's own line that a report drew in (属地 report across the tree): it may read the case."""

from django.db import models

from arrears.models.case import Case
from unions.models import Union


class Involvement(models.Model):
    case = models.ForeignKey(Case, models.CASCADE, related_name="involvements")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+")
    path = models.CharField(max_length=160)
    since = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["case", "union"], name="involved_once")]
        indexes = [models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="involvement_path")]
