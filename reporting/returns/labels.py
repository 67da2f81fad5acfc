"""The acts of returns in words, for the event log."""

from __future__ import annotations

EVENT_LABELS = {
    "returns": ("报表任务", {"open": "建立应报报表", "reach": "到期报表全部建立"}),
    "return": (
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
    ),
    "union": ("工会", {"download_collection": "下载报表汇总"}),
}
# First part of a subject of obligations → URL name of its page, words of its link.
SUBJECT_PAGES = {"return": ("return", "打开报表")}
