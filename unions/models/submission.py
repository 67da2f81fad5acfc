"""What was sent once and taken: sent again, it makes no second row."""

from __future__ import annotations

from django.db import models

from unions.models.user import User


class Submission(models.Model):
    """`key` is a print of who, where and which page or program's key. `answer`: where it led, or the row it made."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    content = models.CharField(max_length=64, blank=True)  # print of what a program sent
    answer = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
