"""The acts of forms in words, for the event log."""

from __future__ import annotations

EVENT_LABELS = {
    "form": (
        "报表格式",
        {
            "upload_form": "上传报表格式",
            "activate_form": "启用报表格式",
            "discard_form": "作废报表格式",
            "ask_form_withdrawal": "申请停用报表格式",
            "withdraw_form": "停用报表格式",
            "keep_form": "保留报表格式",
        },
    )
}
FACT_LABELS = {"form": "报表"}
