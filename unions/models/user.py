"""A person who signs in. What she may do follows from her appointments alone; nobody is a superuser."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from unions.people.rights import SPREADS, Right


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    username = models.CharField("用户名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=40)
    email = models.EmailField("电子邮箱", blank=True)
    is_active = models.BooleanField("在用", default=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    # The day the guardian rows were last brought into step with the appointments (they begin and end by date).
    rights_on = models.DateField(null=True, editable=False)
    # Since when the first steps are shown to her no more: she closed the card, or signed in after having done something.
    guided_at = models.DateTimeField(null=True, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()
    # Libraries ask; the answer is always no.
    is_superuser = False
    is_staff = False

    class Meta:
        verbose_name = "用户"
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm")
        )

    def has_perms(self, perms: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return False

    def may(self, right: Right, union: models.Model) -> bool:
        """Shorthand for has_perm("unions.<right>", union)."""
        return self.has_perm(f"unions.{right.value}", union)

    def grants(self) -> dict[str, list[str]]:
        """Right → paths of the units where it was given. Read once per request (5 ms at 200,000 units)."""
        if not hasattr(self, "_grants"):
            # The verbs of appointments know the models.
            from unions.people.appointments import read_grants, sync_rights  # noqa: PLC0415

            today = timezone.localdate()
            if self.rights_on != today:
                sync_rights(self, today)
            self._grants = read_grants(self)
        return self._grants

    def forget_grants(self) -> None:
        for name in ("_grants", "_outsider"):
            self.__dict__.pop(name, None)

    def paths(self, right: Right) -> list[str]:
        """Subtree roots over which a spreading right holds, or the exact nodes of one that does not spread."""
        return self.grants().get(right.value, []) if self.is_active else []

    def is_outsider(self) -> bool:
        """Whether she holds no right at any union but speaks for a department: she sees what is addressed to it alone."""
        if not hasattr(self, "_outsider"):
            today = timezone.localdate()
            self._outsider = (
                not self.grants() and self.appointments.in_force(today).filter(agency__isnull=False).exists()
            )
        return self._outsider

    def reach(self) -> list[str]:
        """Paths of every unit the user has any spreading right at."""
        return sorted({p for right in SPREADS for p in self.paths(right)})
