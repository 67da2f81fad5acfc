"""What the acts of this app are called where the log is read (操作记录)."""

from __future__ import annotations

from unions.log import labels as verbs

verbs.tell("export", "导出", {"request": "申请导出", "download": "下载报表", "cancel": "取消导出"})
verbs.tell("union", "工会", {"download_collection": "下载报表汇总"})
verbs.tell(
    "calendar",
    "工作日历",
    {"enter_days": "登记节假日", "withdraw_days": "撤销节假日登记", "recompute": "重新推算办理时限"},
)
verbs.tell("feed", "日历订阅", {"renew_feed": "更换订阅地址"})
verbs.tell(
    "rulebook", "规则", {"upload_rulebook": "上传规则", "activate_rulebook": "启用规则", "discard_rulebook": "放弃规则"}
)
verbs.tell(
    "form",
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
verbs.FACTS.update(
    {"form": "报表", "as_of": "数据截至", "notice": "依据", "days": "日期", "version": "版本", "upload": "上传（序号）"}
)
