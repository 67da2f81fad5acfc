"""Wage deposits and emergency funds with their append-only ledgers."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrears", "0011_rounds")]

    operations: list[migrations.operations.base.Operation] = []
