"""The acts of bulk in words, for the event log."""

from __future__ import annotations

EVENT_LABELS = {"bulk": ("批量办理", {"request": "提出批量办理", "stop": "停止批量办理"})}
FACT_LABELS = {"rows": "案件（件）"}
