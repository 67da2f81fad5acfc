"""Prevention log, risk classes, the 以案定补 list."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrears", "0013_sanctions")]

    operations: list[migrations.operations.base.Operation] = []
