"""A database of the layout before says in one sentence that it must be made anew."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


@pytest.mark.django_db
def test_a_database_of_the_version_before_is_refused_in_one_sentence() -> None:
    call_command("migrate", verbosity=0)  # its own is not
    MigrationRecorder(connection).record_applied("arrears", "0001_initial")
    with pytest.raises(CommandError, match=r"请重新建立数据库（本机运行先 make clean，再 make run）。$"):
        call_command("migrate", verbosity=0)
