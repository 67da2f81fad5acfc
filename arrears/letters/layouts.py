"""Layouts of a union's own: a docx brought in, tried in the sandbox, and used for its letters and those below."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from zipfile import ZipFile

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from docx.opc.exceptions import PackageNotFoundError
from jinja2.exceptions import TemplateError
from lxml.etree import LxmlError

from arrears.letters import outside, paper
from arrears.letters.models import LetterKind, LetterLayout
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right

MOST_BYTES, MOST_UNPACKED, MOST_OF_BODY = 2 * 2**20, 20 * 2**20, 2**20
HOW = "请从「下载通用版式」得到的文件改起，另存为 .docx 后再上传。"
# Parts that run, load or embed something.
_ACTIVE = ("vbaproject", "activex", "/embeddings/", "oleobject")
# What writing with a damaged or hostile file ends in; docx trusts the parts it finds.
UNREADABLE = (
    TemplateError,
    LxmlError,
    PackageNotFoundError,
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
)
# What every layout must print: a letter without them is none.
NEEDED = ("title", "number", "addressee", "facts", "demand", "issuer", "date")
SAMPLE: paper.Content = {name: [f"【{name}】"] for name in paper.LISTS} | {name: f"【{name}】" for name in paper.TEXTS}


def may_bring(user: User, union: Union) -> bool:
    return user.may(Right.SUBMIT, union)


@transaction.atomic
def bring(union: Union, kind: LetterKind, upload: UploadedFile, by: User, at: datetime) -> LetterLayout:
    """Use a layout from now on for letters of `kind` at `union` and below; the one before is ended."""
    if not may_bring(by, union):
        raise Forbidden(f"您不能更换「{union}」的文书版式，请联系本单位统计员。")
    content = checked(upload)
    Union.objects.select_for_update().get(pk=union.pk)
    LetterLayout.objects.filter(union=union, kind=kind, ended_at=None).update(ended_at=at, ended_by=by)
    row = LetterLayout(union=union, kind=kind, sha256=paper.digest(content), by=by, at=at)
    row.name = (upload.name or "版式.docx").replace("\\", "/").rsplit("/", 1)[-1][:200]
    row.file.save(f"{row.sha256}.docx", ContentFile(content), save=False)
    row.save()
    audit.record(
        f"union:{union.pk}", "letter_layout", by, at, union=union, letter_kind=kind, file=row.name, sha256=row.sha256
    )
    return row


@transaction.atomic
def end(row: LetterLayout, by: User, at: datetime) -> None:
    """Go back to the layout above, or to the house's."""
    if not may_bring(by, row.union):
        raise Forbidden(f"您不能更换「{row.union}」的文书版式，请联系本单位统计员。")
    if LetterLayout.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at, ended_by=by) != 1:
        raise Refused("这份版式已经停用。")
    audit.record(
        f"union:{row.union_id}", "letter_layout_end", by, at, union=row.union, letter_kind=row.kind, file=row.name
    )


def checked(upload: UploadedFile) -> bytes:
    """The file's bytes, once a letter has been written with it. Refused with what is wrong and how to mend it."""
    if (upload.size or 0) > MOST_BYTES:
        raise Refused(f"「{upload.name}」超过 2 MB。{HOW}")
    upload.seek(0)
    content = upload.read()
    _check_package(content, str(upload.name))
    try:
        document = paper.written(SAMPLE, content)
    except UNREADABLE as error:
        reason = str(getattr(error, "message", "") or "格式有误") if isinstance(error, TemplateError) else "格式有误"
        raise Refused(f"「{upload.name}」不能作版式：{reason[:120]}。{HOW}") from error
    _check_prints(document, str(upload.name))
    return content


def _check_package(content: bytes, name: str) -> None:
    try:
        with ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused(f"「{name}」展开后过大。{HOW}")
            body = package.getinfo("word/document.xml")
            if body.file_size > MOST_OF_BODY:
                raise Refused(f"「{name}」的正文过大。{HOW}")
            if any(mark in part.filename.lower() for part in parts for mark in _ACTIVE):
                raise Refused(f"「{name}」含有宏或嵌入对象，不能作版式。{HOW}")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(package.read(part), part.filename, name)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError) as error:
        raise Refused(f"「{name}」不是可以读取的 Word 文件（.docx）。{HOW}") from error


def _check_part(text: bytes, part: str, name: str) -> None:
    if wrong := outside.fault(text, part):
        raise Refused(f"「{name}」{wrong}，不能作版式。{HOW}")


def _check_prints(document: bytes, name: str) -> None:
    with ZipFile(io.BytesIO(document)) as package:
        text = package.read("word/document.xml").decode("utf-8", "replace")
    missing = [key for key in NEEDED if f"【{key}】" not in text]
    if missing:
        raise Refused(f"「{name}」没有用到必需的变量：{'、'.join(missing)}。{HOW}")
