"""The acts of workers in words, for the event log and the timeline of a case."""

from __future__ import annotations

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "worker.add": ("登记职工名单", "users", "neutral"),
    "worker.change": ("修改职工登记", "pencil", "neutral"),
    "worker.remove": ("移出职工名单", "user-minus", "neutral"),
    "worker.reveal": ("查看职工信息", "eye", "neutral"),
    "worker.allocate": ("清偿分到职工", "cash", "good"),
    "worker.slips": ("打印到账确认单", "printer", "neutral"),
    "worker.message.rights": ("发送维权短信", "send", "info"),
    "worker.message.arrival": ("发送到账确认短信", "send", "info"),
    "worker.answer.received": ("职工确认工资到账", "circle-check", "good"),
    "worker.answer.less": ("职工答复只收到一部分，待核实", "alert-triangle", "bad"),
    "worker.answer.nothing": ("职工答复没有收到，待核实", "alert-triangle", "bad"),
    "worker.examined.arrived": ("到账异议核实：已到账", "search", "info"),
    "worker.examined.unpaid": ("到账异议核实：未到账", "search", "bad"),
}
EVENT_LABELS = {"case": ("案件", words_of(TIMELINE_LABELS))}
FACT_LABELS = {"worker": "职工（序号）", "people": "人数", "field": "所查看的信息", "payment": "职工清偿（序号）"}
