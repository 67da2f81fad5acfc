"""Words for the events of serious matters, in the log and on the timeline."""

from __future__ import annotations

from collections.abc import Collection

from arrears.law.obligations.reading import SubjectLabel
from arrears.serious.models import Opinion, UnitCall
from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "emergency.begin": ("启动应急处置", "alert-triangle", "bad"),
    "emergency.end": ("应急处置办结", "circle-check", "good"),
    "oversight.ask": ("提出督办", "flag", "busy"),
    "oversight.approve": ("批准督办", "checks", "bad"),
    "oversight.decline": ("不同意督办", "arrow-back-up", "neutral"),
    "oversight.withdraw": ("撤回督办申请", "arrow-back-up", "neutral"),
    "oversight.report": ("提交督办解除报告", "send", "busy"),
    "oversight.lift": ("解除督办", "circle-check", "good"),
    "oversight.keep": ("不同意解除督办", "arrow-back-up", "bad"),
    "fallback": ("登记兜底责任单位", "building-community", "info"),
    "opinion.link": ("关联欠薪舆情", "link", "info"),
    "reception": ("集中接访受理", "users", "info"),
}
EVENT_LABELS = {
    "case": ("案件", words_of(TIMELINE_LABELS)),
    "opinion": (
        "欠薪舆情",
        {
            "opinion.see": "发现舆情",
            "opinion.answer": "首次回应",
            "opinion.handle": "处置完毕",
            "opinion.link": "关联案件",
        },
    ),
    "reception": ("集中接访", {"reception.hold": "登记接访"}),
    "standing-plan": ("应急预案", {"standing-plan.enter": "登记预案", "standing-plan.drill": "登记演练"}),
    "watch": ("舆情值班", {"watch.plan": "安排值班"}),
    "call": ("约谈、通报、问责", {"call.record": "登记约谈、通报、问责", "call.answer": "反馈整改结果"}),
}
FACT_LABELS = {
    "emergency": "应急处置（序号）",
    "oversight": "督办（序号）",
    "opinion": "舆情（序号）",
    "reception": "接访（序号）",
    "incident_at": "事发时间",
}


def opinion_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = Opinion.objects.filter(pk__in=ids)
    return {row.pk: SubjectLabel(row.title, row.get_source_display(), row.get_absolute_url()) for row in rows}


def call_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = UnitCall.objects.filter(pk__in=ids).select_related("setter", "unit")
    return {row.pk: SubjectLabel(str(row), str(row.setter), row.get_absolute_url()) for row in rows}


# First part of an obligation's subject → what looks up the titles of its ids.
OBLIGATION_SUBJECTS = {"opinion": opinion_subjects, "call": call_subjects}
