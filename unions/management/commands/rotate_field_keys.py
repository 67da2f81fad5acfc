"""Seal every private word anew under the first of FIELD_KEYS, so that older keys can be taken out of it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction
from django.db.models import CharField, F, Q
from django.db.models.functions import Cast, Left

from unions.common import encryption as cipher
from unions.common.encrypted_fields import PrivateField

BATCH = 500


class Command(BaseCommand):
    help = "用 FIELD_KEYS 中的第一个密钥重新加密职工信息；完成后即可去掉旧密钥。可随时中断，再次运行即从中断处继续。"

    def handle(self, *args: Any, **options: Any) -> None:
        done = sum(self._renew(model, private_fields(model)) for model in apps.get_models() if private_fields(model))
        self.stdout.write(f"已用新密钥重新加密 {done:,} 条记录。")

    def _renew(self, model: type[models.Model], names: list[str]) -> int:
        done, last = 0, 0
        while batch := self._batch(model, names, last):
            done, last = done + len(batch), batch[-1]
        return done

    @transaction.atomic
    def _batch(self, model: type[models.Model], names: list[str], last: int) -> list[int]:
        """Ids of the rows that were renewed; those that were sealed with the current key are passed over."""
        rows = stale(model, names).filter(pk__gt=last).order_by("pk").select_for_update(of=("self",))[:BATCH]
        found = list(rows)
        for row in found:
            row.save()  # whatever is saved is sealed with the current key, and printed with it
        return [row.pk for row in found]


def private_fields(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if isinstance(field, PrivateField)]


def stale(model: type[models.Model], names: list[str]) -> models.QuerySet[Any]:
    """Rows with a word under another key than the current one."""
    current, wanted = cipher.current_prefix(), Q()
    keys = {f"{name}_key": Left(Cast(F(name), CharField()), len(current)) for name in names}
    for key in keys:
        wanted |= ~Q(**{f"{key}__in": ["", current]})
    rows: models.QuerySet[Any] = model._default_manager.alias(**keys).filter(wanted)
    return rows
