"""Rights asked the way Django asks: `user.has_perm("unions.approve", union)`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db import models

from unions.models import Union, User
from unions.people.rights import SPREADS, Right


class AppointmentBackend(ModelBackend):
    """Signs people in, and answers rights on unions from the guardian rows: spread over the subtree or at the node.

    guardian's own backend would ask the database once per object and let superusers pass; this one reads the grants
    once per request and knows no superuser.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        if not isinstance(user_obj, User) or not isinstance(obj, Union):
            return False
        app, _, codename = perm.partition(".")
        if app != "unions" or codename not in Right.values:
            return False
        right = Right(codename)
        paths = user_obj.paths(right)
        if right in SPREADS:
            return any(obj.path.startswith(path) for path in paths)
        return obj.path in paths

    def get_all_permissions(self, user_obj: Any, obj: models.Model | None = None) -> set[str]:
        if not isinstance(user_obj, User) or not isinstance(obj, Union):
            return set()
        return {f"unions.{right}" for right in Right.values if self.has_perm(user_obj, f"unions.{right}", obj)}
