"""Refuse a database that an earlier, unreleased layout of the program has made."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

# Apps of that layout; their tables have other names now.
FORMER_APPS = ("arrears", "reporting")


def refuse_older_database(sender: Any, using: str, **kwargs: Any) -> None:
    """Before anything is migrated. Raises CommandError with the one sentence that helps."""
    recorder = MigrationRecorder(connections[using])
    if recorder.has_table() and recorder.migration_qs.filter(app__in=FORMER_APPS).exists():
        raise CommandError(
            "这个数据库由以前的版本建立，现在的版本不能沿用：请重新建立数据库（本机运行先 make clean，再 make run）。"
        )
