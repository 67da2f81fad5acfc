"""Copies of the construction authority's list (QP-3.1): read, matched to employers, kept as they came."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from arrears.cases.models import Employer
from arrears.cases.names import name_key
from arrears.sanctions.models import CopiedList, CopiedRow
from unions.common import xlsx_cells as cells
from unions.common.refusals import Forbidden, Refused
from unions.common.tables import BadCell, Column, Columns, Line, ListRead, Sort, open_table
from unions.log import audit
from unions.models import Union, User
from unions.people.rights import Right

NAME, CODE, PROJECT, DECISION, ON = "单位名称", "统一社会信用代码", "项目名称", "决定", "决定日期"
COLUMNS = (NAME, CODE, PROJECT, DECISION, ON)
# Other headings the authorities use.
OTHER_HEADINGS = {
    NAME: ("企业名称", "用人单位", "用人单位名称", "施工单位", "名称"),
    CODE: ("社会信用代码", "信用代码", "统一代码"),
    PROJECT: ("工程名称", "工程项目", "项目"),
    DECISION: ("处理决定", "处罚决定", "列入决定", "决定内容", "处理情况", "列入事由"),
    ON: ("列入日期", "处罚日期", "处理日期", "日期"),
}
_SORTS = {DECISION: Sort.TEXT, ON: Sort.DAY}
SHEET = Columns(
    Column(one, one, _SORTS.get(one, Sort.WORDS), OTHER_HEADINGS[one], required=one == NAME) for one in COLUMNS
)
MOST_ROWS = 5_000
TOO_LONG = f"一次最多接收 {MOST_ROWS:,} 行，请分成几个文件。"
BY_CODE = "统一社会信用代码相同"
BY_NAME = "名称相同（不计空格、标点和全角半角）"
SEVERAL = "同名的用人单位有 {count} 个，没有代码，无法确定"
OTHER_CODE = "名称相同而代码不同（{code}），不作为同一单位"
NOBODY = "系统中没有这个用人单位"


@dataclass(frozen=True)
class CopiedLine:
    """One row: `number` as Excel shows it."""

    number: int
    name: str
    code: str = ""
    project: str = ""
    decision: str = ""
    decided_on: date | None = None


@dataclass
class CopiedSheet(ListRead):
    lines: list[CopiedLine] = field(default_factory=list)


@dataclass(frozen=True)
class CopiedListSource:
    """From whom a list came, under which number and when."""

    source: str
    reference: str
    received_on: date


def read_list(file: UploadedFile | IO[bytes], today: date) -> CopiedSheet:
    """The rows of an .xlsx or .csv, every bad cell named. Raises Refused when it is neither, empty or too long."""
    table, found = open_table(file, SHEET), CopiedSheet()
    if NAME not in table.places:
        raise Refused("没有单位名称这一列，请把列名改为“单位名称”。")
    readers = _readers(today)
    for row in table:
        if len(found.lines) + len(found.faults) > MOST_ROWS:
            raise Refused(TOO_LONG)
        if line := _line(row, readers, found):
            found.lines.append(line)
    found.conclude(table)
    if not found.lines and not found.faults:
        raise Refused("名单里没有任何单位，请核对是否选错了文件。")
    return found


def _readers(today: date) -> dict[str, cells.Reader]:
    return {
        NAME: cells.text(120),
        CODE: cells.text(40),
        PROJECT: cells.text(200),
        DECISION: cells.text(500),
        ON: cells.day(today),
    }


def _line(row: Line, readers: dict[str, cells.Reader], found: CopiedSheet) -> CopiedLine | None:
    values, bad = row.read(SHEET, readers)
    if not bad and not name_key(values[NAME]):
        bad = [BadCell(row.number, NAME, "必填，请补上。")]
    found.faults += bad
    if bad:
        return None
    code = values.get(CODE, "").replace(" ", "").upper()
    return CopiedLine(row.number, values[NAME], code, values.get(PROJECT, ""), values.get(DECISION, ""), values.get(ON))


# ---- matching and keeping -----------------------------------------------------------------------------------------


def match_employers(lines: Sequence[CopiedLine]) -> Iterator[tuple[CopiedLine, int | None, str]]:
    """Each row with its employer and the reason; None in doubt. Two queries."""
    coded = Employer.objects.filter(uscc__in={line.code for line in lines if line.code})
    by_code = {code or "": pk for code, pk in coded.values_list("uscc", "pk")}
    by_name: dict[str, list[tuple[int, str]]] = {}
    named = Employer.objects.filter(name_key__in={name_key(line.name) for line in lines})
    for pk, key, code in named.values_list("pk", "name_key", "uscc"):
        by_name.setdefault(key, []).append((pk, code or ""))
    for line in lines:
        yield (line, *_employer_of(line, by_code, by_name.get(name_key(line.name), [])))


def _employer_of(line: CopiedLine, by_code: dict[str, int], same_name: list[tuple[int, str]]) -> tuple[int | None, str]:
    if line.code and line.code in by_code:
        return by_code[line.code], BY_CODE
    if line.code and same_name and all(code and code != line.code for _, code in same_name):
        return None, OTHER_CODE.format(code="、".join(code for _, code in same_name))[:200]
    fitting = [pk for pk, code in same_name if not (line.code and code and code != line.code)]
    if len(fitting) == 1:
        return fitting[0], BY_NAME
    if fitting:
        return None, SEVERAL.format(count=len(fitting))
    return None, NOBODY


@transaction.atomic
def keep_list(
    union: Union, came: CopiedListSource, file_name: str, content: bytes, found: CopiedSheet, by: User, at: datetime
) -> CopiedList:
    """Keep a list as it came. Refused: the same file was kept before."""
    if not by.may(Right.HANDLE, union.in_charge()):
        raise Forbidden(f"名单抄送件由“{union.in_charge()}”的经办人登记。")
    copy = CopiedList(
        union=union.in_charge(),
        source=came.source.strip(),
        reference=came.reference.strip(),
        received_on=came.received_on,
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        count=len(found.lines),
        by=by,
        at=at,
    )
    try:
        with transaction.atomic():
            copy.save(force_insert=True)
    except IntegrityError:
        raise Refused("这份文件已经登记过，无需重复上传。", {"file": "这份文件已经登记过。"}) from None
    CopiedRow.objects.bulk_create(
        CopiedRow(
            copy=copy,
            row=line.number,
            name=line.name,
            code=line.code,
            project=line.project,
            decision=line.decision,
            decided_on=line.decided_on,
            employer_id=employer,
            because=because,
        )
        for line, employer, because in match_employers(found.lines)
    )
    audit.record(
        copy.stream,
        "copied-list.keep",
        by,
        at,
        union=copy.union,
        source=copy.source,
        sha256=copy.sha256,
        rows=copy.count,
    )
    return copy
