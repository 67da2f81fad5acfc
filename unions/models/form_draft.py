"""What someone typed and has not yet handed in: kept as typed, even where it is not valid yet."""

from django.db import models

from unions.models.user import User


class Stash(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="stashes")
    form = models.CharField(max_length=80)  # "case:new", "case:17", "inspection:new" …
    fields = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="stashed_once")]
