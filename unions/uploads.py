"""A workbook of units between its preview and its confirmation: kept as a file, named by a signed token."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import IO

from django.core import signing
from django.core.files import File
from django.core.files.storage import default_storage

from unions.common.refusals import Refused
from unions.models import User

FOLDER = "union-imports"
LIFETIME = timedelta(hours=2)
_SALT = "unions.uploads"


def keep(file: File[bytes], by: User) -> str:
    """Store the workbook; the token opens it again for `by` alone, for two hours."""
    name = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}.xlsx", file)
    return signing.dumps({"name": name, "by": by.pk}, salt=_SALT)


def _name(token: str, by: User) -> str:
    try:
        given = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature:
        given = {}
    if given.get("by") != by.pk or not default_storage.exists(given["name"]):
        raise Refused("核对过的文件已经过期，请重新上传。")
    return str(given["name"])


def kept(token: str, by: User) -> IO[bytes]:
    return default_storage.open(_name(token, by), "rb")


def drop(token: str, by: User) -> None:
    default_storage.delete(_name(token, by))


def drop_stale(at: datetime) -> None:
    """Remove what nobody confirmed."""
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < at - LIFETIME:
            default_storage.delete(path)
