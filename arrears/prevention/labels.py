"""The acts of prevention in words, for the event log."""

from __future__ import annotations

EVENT_LABELS = {
    "prevention": (
        "预防工作",
        {"prevent": "登记预防工作", "prevent.edit": "修改预防工作", "prevent.withdraw": "撤销预防工作"},
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
    "quarter": "季度",
    "cases": "案件（件）",
}
