"""Boards, publication and what evaluation counts beyond cases."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reporting", "0007_returns")]

    operations: list[migrations.operations.base.Operation] = []
