"""The acts of imports in words, for the event log and the timeline of a case."""

from __future__ import annotations

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {"import": ("从历史台账导入", "file-import", "info")}
EVENT_LABELS = {"case": ("案件", words_of(TIMELINE_LABELS)), "union": ("工会", {"import_cases": "导入历史台账"})}
FACT_LABELS = {"created": "新建（件）", "unchanged": "已有（件）", "paid": "已解决金额（元）", "says": "原表内容"}
