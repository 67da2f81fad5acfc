"""A backup comes back whole, says so figure by figure, and nothing else is ever taken for one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from arrears.cases import evidence
from arrears.cases.models import Case, Evidence
from config import backup
from tests.cast import AT, PASSWORD, World, a_case
from tests.databases import COMMITTED, PROCESS, Server, _go_to
from unions.models import Event, User

PHOTO = b"%PDF-1.4 payroll of October"


@pytest.fixture
def books(world: World, transactional_db: None, settings: Any, tmp_path: Path) -> Case:
    """A case with money, people, events and a file."""
    settings.MEDIA_ROOT = tmp_path / "media"
    case = a_case(world)
    evidence.keep_evidence(case, SimpleUploadedFile("工资表.pdf", PHOTO), "十月", world.user("he"), AT)
    return case


@pytest.fixture
def elsewhere(settings: Any, tmp_path: Path) -> Iterator[Any]:
    """A function that goes to an empty database with an empty folder of files; afterwards all is as before."""
    name = f"restored_{PROCESS}"

    def go() -> None:
        Server().clone("template1", name)
        settings.MEDIA_ROOT = tmp_path / "media-elsewhere"
        _go_to(name)

    yield go
    _go_to(COMMITTED)


def test_everything_comes_back_and_is_proven(books: Case, elsewhere: Any, tmp_path: Path, capsys: Any) -> None:
    folder = tmp_path / "monday"
    call_command("backup", folder)
    made = Event.objects.get(stream=backup.STREAM, verb=backup.MADE)
    assert made.data["files"] == 1 and f"备份完成：{folder}" in capsys.readouterr().out
    assert not folder.with_name("monday.unfinished").exists()
    private = (folder / backup.MANIFEST).read_text()
    assert "370202" not in json.loads(private)["keys"] and len(json.loads(private)["keys"][0]) == 8
    elsewhere()
    call_command("restore", folder)
    assert "恢复完成，逐项相符" in capsys.readouterr().out
    case = Case.objects.get(number=books.number)
    assert case.entries.count() == books.entries.count() > 0
    with Evidence.objects.get(case=case).file.open("rb") as file:
        assert file.read() == PHOTO
    assert Event.objects.filter(stream=backup.STREAM).latest("id").verb == backup.RESTORED
    assert User.objects.get(username="he").check_password(PASSWORD), "people sign in as before"
    with transaction.atomic(), connection.cursor() as cursor, pytest.raises(IntegrityError, match="only grows"):
        cursor.execute("UPDATE cases_ledgerentry SET amount = amount + 1")


def test_a_difference_is_named_and_fails(books: Case, elsewhere: Any, tmp_path: Path, capsys: Any) -> None:
    """Somebody lowers an amount in the backup's own proof, or the books are others: the figures do not agree."""
    folder = tmp_path / "tuesday"
    call_command("backup", folder)
    manifest = json.loads((folder / backup.MANIFEST).read_text())
    manifest["ledger"]["recognised"][0] = "1.00"
    (folder / backup.MANIFEST).write_text(json.dumps(manifest))
    elsewhere()
    with pytest.raises(SystemExit) as left:
        call_command("restore", folder)
    said = capsys.readouterr().out
    assert left.value.code == 1 and "ledger recognised：备份时 ['1.00'" in said and "有 1 处不相符" in said


@pytest.mark.parametrize("harm", ["dump", "file", "manifest", "key"])
def test_what_is_no_whole_backup_changes_nothing(
    books: Case, elsewhere: Any, tmp_path: Path, settings: Any, harm: str
) -> None:
    folder = tmp_path / harm
    call_command("backup", folder)
    sentence = "文件缺失或被改动"
    match harm:
        case "dump":
            content = bytearray((folder / backup.DUMP).read_bytes())
            content[len(content) // 2] ^= 1
            (folder / backup.DUMP).write_bytes(content)
        case "file":
            next(one for one in (folder / backup.FILES).rglob("*") if one.is_file()).unlink()
        case "manifest":
            (folder / backup.MANIFEST).unlink()
            sentence = "不是完整的备份"
        case "key":
            settings.FIELD_KEYS = ["another secret of forty characters, or so"]
            sentence = "缺少备份时使用的密钥"
    elsewhere()
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", folder)
    assert connection.introspection.table_names() == []


def test_neither_a_backup_nor_a_database_is_written_over(books: Case, tmp_path: Path) -> None:
    folder = tmp_path / "wednesday"
    call_command("backup", folder)
    with pytest.raises(CommandError, match="已经存在"):
        call_command("backup", folder)
    with pytest.raises(CommandError, match="已有数据"):
        call_command("restore", folder)
    assert Case.objects.filter(pk=books.pk).exists()
