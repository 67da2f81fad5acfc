"""Inspection rounds, audits between units, platform status of projects."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrears", "0010_heavy_cases")]

    operations: list[migrations.operations.base.Operation] = []
