"""The acts of exports in words, for the event log."""

from __future__ import annotations

EVENT_LABELS = {"export": ("导出", {"request": "申请导出", "download": "下载报表", "cancel": "取消导出"})}
