"""The whole installation at one moment, in a folder: the database, the files, and what proves that it came back whole.

The folder holds `database.dump` (pg_dump, one snapshot), `files/` and `manifest.json`: counts of every table, sums of the ledger, the
board of every province, the state of the event chain, SHA-256 of every file, and by which keys private words open. The keys themselves
are not in it: they are kept apart. A folder without a manifest is no backup.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.db.models import Sum
from django.utils import timezone
from psycopg2.sql import SQL, Identifier

from arrears.cases.models import Case, LedgerEntry
from config.embedded import binaries
from reporting.boards.counts import read_board
from unions.common import encryption
from unions.common.formats import elapsed, moment
from unions.log import audit
from unions.models import Event, Seal, Union, User
from unions.people.rights import Right
from unions.upkeep import UpkeepLine

DUMP, FILES, MANIFEST, UNFINISHED = "database.dump", "files", "manifest.json", ".unfinished"
STREAM, MADE, RESTORED = "backup:1", "backup.made", "backup.restored"
EVENT_LABELS = {"backup": ("备份", {MADE: "备份完成", RESTORED: "从备份恢复"})}
BACKED_UP = timedelta(days=7)  # local: after this long without a backup the system administrator is told
Say = Callable[[str], None]


class Unusable(Exception):
    """Why there is no backup, or none can be restored; one sentence in Chinese."""


@dataclass(frozen=True)
class Difference:
    """What a restored installation has otherwise than its backup."""

    what: str
    before: Any
    after: Any


# ---- making one -----------------------------------------------------------------------------------------------------


def back_up(folder: Path, say: Say) -> Path:
    """Write the backup to `folder`, which must not exist; while it is written its name ends in .unfinished. Raises Unusable."""
    if folder.exists():
        raise Unusable(f"{folder} 已经存在：每次备份请用新的目录名。")
    draft = folder.with_name(folder.name + UNFINISHED)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    at = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        say("正在备份数据库……")
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={draft / DUMP}",
        )
        say("正在核对记录……")
        manifest = {"at": at.isoformat(), "keys": encryption.key_ids(), **_state(at)}
    say("正在备份文件……")
    # Files are written before the rows that name them and never changed: those of the snapshot are all there.
    manifest["files"] = dict(_copied(Path(settings.MEDIA_ROOT), draft / FILES))
    manifest["dump"] = _sha256(draft / DUMP)
    (draft / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
    draft.rename(folder)
    audit_says(MADE, at, folder=folder.name, rows=sum(manifest["rows"].values()), files=len(manifest["files"]))
    return folder


def last_backup(user: User, now: datetime) -> list[UpkeepLine]:
    """For the system administrator: when the last backup was made."""
    if not user.paths(Right.STRUCTURE):
        return []
    made = Event.objects.filter(stream=STREAM, verb=MADE).order_by("-seq").first()
    if made is None:
        return [UpkeepLine("备份", "尚未备份，请按运维手册执行 manage.py backup", "bad")]
    said = f"最近备份 {moment(made.at)}（{elapsed(made.at, now)}前）"
    late = now - made.at > BACKED_UP
    return [UpkeepLine("备份", f"{said}，已超过 7 天，请尽快备份" if late else said, "bad" if late else "good")]


def audit_says(verb: str, at: datetime, **data: Any) -> None:
    with transaction.atomic():
        audit.record(STREAM, verb, None, at, **data)


def _state(at: datetime) -> dict[str, Any]:
    """What must be the same after a restore."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        rows = {}
        for table in tables:
            cursor.execute(SQL("SELECT COUNT(*) FROM {}").format(Identifier(table)))
            (rows[table],) = cursor.fetchone()
    sums = (
        LedgerEntry.objects.order_by().values_list("counts_as").annotate(amount=Sum("amount"), workers=Sum("workers"))
    )
    provinces = Union.objects.filter(parent=None).order_by("code")
    return {
        "rows": rows,
        "ledger": {kind: [str(amount), workers] for kind, amount, workers in sums.order_by("counts_as")},
        "boards": {one.code: read_board(one, at).counts for one in provinces},
        "chain": {
            "events": Event.objects.count(),
            "last": Event.objects.order_by("-id").values_list("hash", flat=True).first() or "",
            "seal": Seal.objects.order_by("-id").values_list("digest", flat=True).first() or "",
        },
    }


def _copied(source: Path, target: Path) -> Iterator[tuple[str, str]]:
    """Copy every file of `source`; (its path, SHA-256) of each."""
    target.mkdir(mode=0o700)
    for path in sorted(one for one in source.rglob("*") if one.is_file()):
        name = path.relative_to(source)
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, target / name)
        except FileNotFoundError:  # an upload between two pages, gone meanwhile
            continue
        yield str(name), _sha256(target / name)


# ---- bringing one back ----------------------------------------------------------------------------------------------


def restore(folder: Path, say: Say) -> list[Difference]:
    """Fill the empty database and the folder of files; return what is otherwise than it was. Raises Unusable before anything is written."""
    manifest = _checked(folder, say)
    _empty_database()
    say("正在恢复数据库……")
    connections.close_all()
    _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(folder / DUMP))
    say("正在恢复文件……")
    for name in manifest["files"]:
        target = Path(settings.MEDIA_ROOT) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / FILES / name, target)
    say("正在核验……")
    found = [*_differences(manifest), *_broken_chain()]
    audit_says(RESTORED, timezone.now(), folder=folder.name, of=manifest["at"], differences=len(found))
    return found


def _checked(folder: Path, say: Say) -> dict[str, Any]:
    """The manifest of a backup that is whole and whose keys are at hand."""
    if not (folder / MANIFEST).is_file():
        raise Unusable(f"{folder} 不是完整的备份：缺少 {MANIFEST}（以 {UNFINISHED} 结尾的目录是中断的备份）。")
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    missing = sorted(set(manifest["keys"]) - set(encryption.key_ids()))
    if missing:
        raise Unusable(
            f"缺少备份时使用的密钥（编号 {'、'.join(missing)}）：请在 FIELD_KEYS 中补上后再恢复，否则姓名、号码无法读取。"
        )
    say("正在核对备份文件……")
    wrong = [name for name, print_ in manifest["files"].items() if _sha256(folder / FILES / name) != print_]
    if _sha256(folder / DUMP) != manifest["dump"]:
        wrong.insert(0, DUMP)
    if wrong:
        raise Unusable(f"备份中有 {len(wrong)} 个文件缺失或被改动：{'、'.join(wrong[:5])}。请改用另一份备份。")
    return manifest


def _empty_database() -> None:
    """Take away tables that hold nothing (a fresh set-up); refuse where somebody's rows are."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        held = [
            model
            for model in (Union, Case, Event)
            if model._meta.db_table in tables and model._default_manager.exists()
        ]
        if held:
            raise Unusable(
                "目标数据库中已有数据，不能覆盖：请先建一个空库，把 DATABASE_URL 指向它再恢复（本机运行可先 make clean）。"
            )
        if tables:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")


def _differences(manifest: dict[str, Any]) -> Iterator[Difference]:
    now = json.loads(json.dumps(_state(datetime.fromisoformat(manifest["at"]))))
    for part in ("rows", "ledger", "boards", "chain"):
        for name in sorted({*manifest[part], *now[part]}):
            before, after = manifest[part].get(name), now[part].get(name)
            if before != after:
                yield Difference(f"{part} {name}", before, after)


def _broken_chain() -> Iterator[Difference]:
    for row in (*audit.broken_links(), *audit.broken_seals()):
        yield Difference(f"{row.stream} 第 {row.seq} 条", "相符", row.why)


# ---- programs -------------------------------------------------------------------------------------------------------


def _run(program: str, *arguments: str) -> None:
    """A program of PostgreSQL of the server's version or the next one there is, against our database."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        (number,) = cursor.fetchone()
    found = binaries.client(int(number) // 10000, program)
    if found is None:
        raise Unusable(
            f"找不到 {program}（需要 PostgreSQL {int(number) // 10000} 或更高版本）：请安装 postgresql-client。"
        )
    database = connection.settings_dict
    given = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = {name: str(database[key]) for name, key in given.items() if database.get(key)}
    if mode := database["OPTIONS"].get("sslmode"):
        environment["PGSSLMODE"] = mode
    target = [f"--dbname={database['NAME']}"] if program == "pg_restore" else []
    done = subprocess.run(
        [found, *target, *arguments], env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Unusable(
            f"{program} 没有完成：{done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '没有输出'}"
        )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
