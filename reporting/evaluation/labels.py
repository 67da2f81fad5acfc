"""The acts of evaluation in words, for the event log."""

from __future__ import annotations

EVENT_LABELS = {"user": ("账号", {"export-evaluation": "导出考核表"})}
