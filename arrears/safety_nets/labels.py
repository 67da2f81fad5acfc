"""The acts of safety nets in words, for the event log and the timeline of a case."""

from __future__ import annotations

from collections.abc import Collection

from arrears.law.obligations.reading import SubjectLabel
from arrears.safety_nets.models import Drawing, NetEntryKind, WageDeposit
from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "drawing.ask": ("提出垫付", "cash", "busy"),
    "drawing.approve": ("批准垫付", "checks", "good"),
    "drawing.decline": ("不同意垫付", "arrow-back-up", "bad"),
    "drawing.withdraw": ("撤回垫付申请", "arrow-back-up", "neutral"),
    "drawing.revoke": ("支付通知书作废", "arrow-back-up", "neutral"),
    "drawing.paid": ("银行已支付垫付", "cash", "good"),
}
NET_LABELS = {
    "net.register": "登记工资保证金",
    "net.found": "设立应急周转金",
    "net.open": "建账",
    "net.renew": "续保函",
    "net.notice": "登记返还公示",
    "net.notice_back": "撤销返还公示",
    "net.close": "结清",
    "drawing.ask": "提出动用",
    "drawing.approve": "批准动用",
    "drawing.decline": "不同意动用",
    "drawing.withdraw": "撤回动用申请",
    "drawing.paid": "登记银行支付",
    "drawing.revoke": "支付通知书作废",
}
EVENT_LABELS = {
    "case": ("案件", words_of(TIMELINE_LABELS)),
    "net": ("兜底资金", NET_LABELS | {f"net.{kind.value}": f"记账：{kind.label}" for kind in NetEntryKind}),
    "user": ("账号", {"export-nets": "导出兜底保障台账"}),
}
FACT_LABELS = {"drawing": "动用（序号）", "ratio": "存储比例（%）", "stored_as": "形式"}
SUBJECT_PAGES = {
    "deposit": ("deposit", "打开保证金"),
    "guarantee": ("deposit", "打开保证金"),
    "drawing": ("drawing", "打开垫付"),
}


def deposit_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = WageDeposit.objects.filter(pk__in=ids).select_related("project__employer")
    return {row.pk: SubjectLabel(row.name, row.project.employer.name, row.get_absolute_url()) for row in rows}


def drawing_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = Drawing.objects.filter(pk__in=ids).select_related("net")
    return {row.pk: SubjectLabel(str(row), row.purse, row.get_absolute_url()) for row in rows}


# First part of a subject of obligations → what finds the matters of its ids.
OBLIGATION_SUBJECTS = {"deposit": deposit_subjects, "guarantee": deposit_subjects, "drawing": drawing_subjects}
