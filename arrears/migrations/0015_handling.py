"""What handling a case still needed."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("arrears", "0014_prevention")]

    operations: list[migrations.operations.base.Operation] = []
