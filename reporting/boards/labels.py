"""The acts of boards in words, for the event log."""

from __future__ import annotations

EVENT_LABELS = {"user": ("账号", {"export-board": "导出看板数据"})}
