"""Where returns hear of changes in the books; and the names of their acts in the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from arrears.cases.models import Case
from reporting.returns import rescheduling, zero  # noqa: F401 - returns are derived again with everything else
from reporting.returns.models import Return
from unions.log import labels as verbs
from unions.tree.actions import keeps_path_copy, replace_prefix


def doubt_zeros(sender: Any, case: Case, at: datetime, **kwargs: Any) -> None:
    """A zero said of a period the case falls into is contradicted in the same transaction. Imports are compared nightly."""
    zero.doubt(case, at)


@keeps_path_copy
def follow_unit(old: str, new: str) -> None:
    replace_prefix(Return.objects.all(), old, new)


verbs.tell("returns", "报表任务", {"open": "建立应报报表", "reach": "到期报表全部建立"})
verbs.tell(
    "return",
    "报表",
    {
        "sign": "制表签字",
        "sign-zero": "签字报零",
        "withdraw": "撤回签字",
        "decline": "退回制表人",
        "approve": "审批报出",
        "receive": "接收",
        "send-back": "退回下级",
        "amend": "提出更正",
        "drop-amendment": "放弃更正",
        "correct": "手工改动数字",
        "write": "填写文字说明",
        "imply-zero": "到期未报，推定零报告",
        "contradict": "零报告与台账矛盾",
        "agree": "零报告与台账一致",
        "due-moved": "节假日表或规则变动，期限重算",
        "urge": "催报",
        "waive.request": "提出免报",
        "waive.approve": "批准免报",
        "waive.decline": "不批准免报",
        "download": "下载",
    },
)
