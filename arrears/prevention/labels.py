"""The acts of prevention in words, for the event log."""

from __future__ import annotations

from collections.abc import Collection

from arrears.law.obligations.reading import SubjectLabel
from arrears.prevention.models import PreventionTask, PreventionWork

EVENT_LABELS = {
    "prevention": (
        "预防工作",
        {
            "prevent": "登记预防工作",
            "prevent.plan": "安排预防工作",
            "prevent.edit": "修改预防工作",
            "prevent.withdraw": "撤销预防工作",
            "prevent.task": "登记议定事项",
            "prevent.task.done": "议定事项落实",
        },
    ),
    "risk-change": (
        "风险类别调整",
        {
            "risk.ask": "提出调整",
            "risk.approve": "同意调整",
            "risk.decline": "不同意调整",
            "risk.withdraw": "撤回调整",
            "risk.end": "提前终止调整",
        },
    ),
    "subsidy": (
        "以案定补清单",
        {
            "subsidy.draft": "提出清单",
            "subsidy.confirm": "确认清单",
            "subsidy.decline": "不同意清单",
            "subsidy.withdraw": "撤回清单",
        },
    ),
    "user": ("账号", {"export-prevention": "导出预防工作清单"}),
}
FACT_LABELS = {
    "firms": "用人单位（户）",
    "projects": "工程项目（个）",
    "done": "内容",
    "place": "地点",
    "helpers": "服务人员（人）",
    "agenda": "议题、方案",
    "partners": "参加单位",
    "quarter": "季度",
    "cases": "案件（件）",
}


def work_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = PreventionWork.objects.filter(pk__in=ids)
    return {row.pk: SubjectLabel(row.title, row.get_kind_display(), row.get_absolute_url()) for row in rows}


def task_subjects(ids: Collection[int]) -> dict[int, SubjectLabel]:
    rows = PreventionTask.objects.filter(pk__in=ids).select_related("work")
    return {
        row.pk: SubjectLabel(row.work.title, row.what, f"{row.work.get_absolute_url()}#task-{row.pk}") for row in rows
    }


# First part of an obligation's subject → what looks up the titles of its ids.
OBLIGATION_SUBJECTS = {"prevention": work_subjects, "prevention-task": task_subjects}
