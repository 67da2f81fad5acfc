"""The whole file of a case (案件卷宗): report, ledger, acts, letters, record, evidence, for page and docx."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from arrears.cases import ledger, snapshot
from arrears.cases.models import Case, EntryKind
from arrears.desk.timeline import happenings, unapproved
from arrears.letters.models import Letter
from unions.common.formats import day, moment, people, size, yuan
from unions.models import User

# The eight points of QD-3, in its order; everything else the report says follows them.
QD_3 = (
    "单位名称及地址",
    "涉及人数及金额",
    "欠薪起止日期",
    "欠薪发生数",
    "已处理数",
    "生产经营和财务状况",
    "单位工会（职代会）意见",
    "偿还计划和保证措施",
)


@dataclass(frozen=True)
class CaseFileColumn:
    """`share`: its part of the width, in hundredths."""

    title: str
    share: int
    figure: bool = False


@dataclass(frozen=True)
class CaseFileSection:
    """One section of the file: a table, or pairs of label and value where it has no columns.

    `empty`: the sentence where it has no rows.
    """

    title: str
    rows: Sequence[Sequence[str]]
    columns: tuple[CaseFileColumn, ...] = ()
    empty: str = ""

    def marked(self) -> list[list[tuple[str, CaseFileColumn]]]:
        """Each value with its column."""
        return [list(zip(row, self.columns, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class CaseFile:
    case: Case
    made_at: datetime
    made_by: str
    parts: tuple[CaseFileSection, ...]


def case_file_of(case: Case, user: User, at: datetime) -> CaseFile:
    """Return what `user` may see of the case at `at`. Names of workers are not in it."""
    parts = (*_report(case), _ledger(case), _acts(case), _letters(case, user), _record(case, user), _evidence(case))
    return CaseFile(case, at, user.name, parts)


def report_points(case: Case) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the 欠薪报告 in two lists: the points of QD-3 in its order, and the rest."""
    said = {line.label: line.value for line in snapshot.report(case)}
    return [(label, said[label]) for label in QD_3], [row for row in said.items() if row[0] not in QD_3]


def _report(case: Case) -> Iterator[CaseFileSection]:
    first, more = report_points(case)
    yield CaseFileSection(
        "一、欠薪报告", [(f"{number}. {label}", value) for number, (label, value) in enumerate(first, 1)]
    )
    yield CaseFileSection("补充情况", more)


def _ledger(case: Case) -> CaseFileSection:
    columns = (
        CaseFileColumn("日期", 16),
        CaseFileColumn("类别", 10),
        CaseFileColumn("人数（人）", 11, True),
        CaseFileColumn("金额（元）", 17, True),
        CaseFileColumn("依据", 26),
        CaseFileColumn("登记", 20),
    )
    rows = [
        (
            day(row.on),
            EntryKind(row.kind).label,
            people(row.workers),
            yuan(row.amount),
            row.source,
            f"{row.by.name} {moment(row.at)}",
        )
        for row in case.entries.select_related("by")
    ]
    left = ledger.balance(case).outstanding
    rows.append(("", "尚未解决", people(left.workers), yuan(left.amount), "", ""))
    return CaseFileSection("二、台账", rows, columns)


def _acts(case: Case) -> CaseFileSection:
    columns = (
        CaseFileColumn("日期", 16),
        CaseFileColumn("事项", 18),
        CaseFileColumn("结果", 12),
        CaseFileColumn("经过和结果", 37),
        CaseFileColumn("办理", 17),
    )
    rows = [
        (day(row.on), row.get_kind_display(), row.get_outcome_display(), row.detail, f"{row.by.name}（{row.union}）")
        for row in case.acts.select_related("by", "union")
    ]
    return CaseFileSection("三、办理情况", rows, columns, "没有登记办理。")


def _letters(case: Case, user: User) -> CaseFileSection:
    columns = (
        CaseFileColumn("文书", 27),
        CaseFileColumn("致", 15),
        CaseFileColumn("签发", 16),
        CaseFileColumn("送达", 16),
        CaseFileColumn("答复", 16),
        CaseFileColumn("状态", 10),
    )
    issued = Letter.objects.visible_to(user).filter(case=case).issued().order_by("issued_on", "id")
    rows = [
        (
            f"{row.get_kind_display()}\n{row.number}\nSHA-256 {row.sha256[:16]}…",
            row.addressee,
            day(row.issued_on),
            ("拒收 " if row.delivered_on and not row.delivery else "") + day(row.delivered_on),
            day(row.answered_on),
            row.get_state_display(),
        )
        for row in issued
    ]
    return CaseFileSection("四、一函两书", rows, columns, "没有制发文书。")


def _record(case: Case, user: User) -> CaseFileSection:
    columns = (
        CaseFileColumn("时间", 18),
        CaseFileColumn("经办", 22),
        CaseFileColumn("事项", 30),
        CaseFileColumn("说明", 30),
    )
    events = reversed(happenings(case, unapproved(case, user)))
    rows = [(moment(row.at), row.who + (f"（{row.place}）" if row.place else ""), row.what, row.note) for row in events]
    return CaseFileSection("五、办理记录", rows, columns, "没有记录。")


def _evidence(case: Case) -> CaseFileSection:
    columns = (
        CaseFileColumn("文件", 24),
        CaseFileColumn("类别", 11),
        CaseFileColumn("说明", 15),
        CaseFileColumn("大小", 9, True),
        CaseFileColumn("上传", 16),
        CaseFileColumn("SHA-256", 25),
    )
    rows = [
        (row.name, row.get_kind_display(), row.note, size(row.size), f"{row.by.name} {moment(row.at)}", row.sha256)
        for row in case.evidence.select_related("by")
    ]
    return CaseFileSection("六、证据目录", rows, columns, "没有证据。")
