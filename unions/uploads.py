"""Uploaded files between a page and its confirmation: kept for two hours, named by signed tokens."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Any

from django.core import signing
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from unions.common.refusals import Refused
from unions.models import User

FOLDER = "union-imports"
LIFETIME = timedelta(hours=2)
_SALT = "unions.uploads"


def keep(file: File[bytes], by: User) -> str:
    """Store the workbook; the token opens it again for `by` alone, for two hours."""
    name = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}.xlsx", file)
    return signing.dumps({"name": name, "by": by.pk}, salt=_SALT)


def _read(token: str, by: User) -> dict[str, Any]:
    """What the token says of its file. Refused: too late, or not hers."""
    try:
        given: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature:
        given = {}
    if given.get("by") != by.pk or not default_storage.exists(given["name"]):
        raise Refused("核对过的文件已经过期，请重新上传。")
    return given


def kept(token: str, by: User) -> IO[bytes]:
    return default_storage.open(_read(token, by)["name"], "rb")


def keep_files(files: MultiValueDict[str, Any], by: User) -> list[str]:
    """Store what was chosen in a form; the tokens open it again for `by` alone, for two hours."""
    tokens = []
    for field, all_of in files.lists():
        for file in all_of:
            name = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", File(file.file))
            told = {"name": name, "by": by.pk, "field": field, "file": file.name, "type": file.content_type}
            tokens.append(signing.dumps(told, salt=_SALT))
            file.seek(0)
    return tokens


def kept_files(tokens: Iterable[str], by: User) -> MultiValueDict[str, Any]:
    """The files of these tokens, by field, as they were sent. Refused: too late, or not hers."""
    found: MultiValueDict[str, Any] = MultiValueDict()
    for token in tokens:
        told = _read(token, by)
        content, size = default_storage.open(told["name"], "rb"), default_storage.size(told["name"])
        found.appendlist(str(told.get("field")), UploadedFile(content, told.get("file"), told.get("type"), size))
    return found


_written: ContextVar[list[str] | None] = ContextVar("written", default=None)


class FileStorage(FileSystemStorage):
    """The files of this installation; what is written while an act is only tried is noted."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        saved = super().save(name, content, max_length)
        if (noted := _written.get()) is not None:
            noted.append(saved)
        return saved


@contextmanager
def undone_files() -> Iterator[Callable[[], None]]:
    """Within, the given function removes every file written so far."""
    noted: list[str] = []
    mark = _written.set(noted)
    try:
        yield partial(_delete, noted)
    finally:
        _written.reset(mark)


def _delete(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)


def drop(token: str, by: User) -> None:
    default_storage.delete(_read(token, by)["name"])


def drop_stale(at: datetime) -> None:
    """Remove what nobody confirmed."""
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < at - LIFETIME:
            default_storage.delete(path)
