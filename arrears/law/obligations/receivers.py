"""Where the projection hears of changes; and the names of its acts in the log."""

from __future__ import annotations

from arrears.desk import timeline
from arrears.law.models import Obligation
from unions.log import labels as verbs
from unions.tree.actions import keeps_path_copy, replace_prefix


@keeps_path_copy
def follow_unit(old: str, new: str) -> None:
    replace_prefix(Obligation.objects.all(), old, new)


verbs.tell(
    "rulebook",
    "规则",
    {
        "attach": "提出适用规则",
        "attach.approve": "批准适用规则",
        "attach.start.decline": "退回或撤回适用规则的申请",
        "attach.end": "提出停止适用规则",
        "attach.end.approve": "批准停止适用规则",
        "attach.end.decline": "退回或撤回停止适用的申请",
        "recompute": "重新推算办理时限",
    },
)
TOLD = {
    "extension.request": ("申请延长期限", "clock-pause", "busy"),
    "extension.approve": ("批准延长期限", "clock-play", "info"),
    "extension.decline": ("不批准延长期限", "arrow-back-up", "bad"),
    "due.moved": ("节假日表变动，期限重算", "clock", "info"),
    "due.judged": ("适用规则变动，期限重算", "clock", "info"),
}
timeline.WORDS.update(TOLD)
verbs.tell("case", "案件", {verb: words for verb, (words, _, _) in TOLD.items()})
