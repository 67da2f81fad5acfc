"""Layouts of a union's own: used for its letters and those of the units below, until another one takes their place."""

from __future__ import annotations

from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from arrears.letters.layout_check import checked_layout
from arrears.letters.models import LetterKind, LetterLayout
from arrears.letters.paper import digest
from unions.common.refusals import Forbidden, Refused
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right


def may_change_layout(user: User, union: Union) -> bool:
    return user.may(Right.SUBMIT, union)


@transaction.atomic
def use_layout(union: Union, kind: LetterKind, upload: UploadedFile, by: User, at: datetime) -> LetterLayout:
    """Use a layout from now on for letters of `kind` at `union` and below; the one before is ended."""
    if not may_change_layout(by, union):
        raise Forbidden(f"您不能更换“{union}”的文书版式，请联系本单位统计员。")
    content = checked_layout(upload)
    Union.objects.select_for_update().get(pk=union.pk)
    LetterLayout.objects.filter(union=union, kind=kind, ended_at=None).update(ended_at=at, ended_by=by)
    row = LetterLayout(union=union, kind=kind, sha256=digest(content), by=by, at=at)
    row.name = (upload.name or "版式.docx").replace("\\", "/").rsplit("/", 1)[-1][:200]
    row.file.save(f"{row.sha256}.docx", ContentFile(content), save=False)
    row.save()
    audit.record(
        f"union:{union.pk}", "letter_layout", by, at, union=union, letter_kind=kind, file=row.name, sha256=row.sha256
    )
    return row


@transaction.atomic
def end_layout(row: LetterLayout, by: User, at: datetime) -> None:
    """Go back to the layout of the union above, or to the common one."""
    if not may_change_layout(by, row.union):
        raise Forbidden(f"您不能更换“{row.union}”的文书版式，请联系本单位统计员。")
    if LetterLayout.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at, ended_by=by) != 1:
        raise Refused("这份版式已经停用。")
    audit.record(
        f"union:{row.union_id}", "letter_layout_end", by, at, union=row.union, letter_kind=row.kind, file=row.name
    )
