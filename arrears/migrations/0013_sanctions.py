"""Orders to pay, penalties, the joint-punishment list, publication."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrears", "0012_safety_nets")]

    operations: list[migrations.operations.base.Operation] = []
