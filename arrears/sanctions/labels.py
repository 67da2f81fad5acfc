"""Words for the events of sanctions, in the log and on the timeline."""

from __future__ import annotations

from unions.log.labels import words_of

TIMELINE_LABELS: dict[str, tuple[str, str, str]] = {
    "sanction.enter": ("登记处理处罚", "gavel", "bad"),
    "sanction.outcome": ("登记处理处罚的履行情况", "cash", "info"),
    "sanction.void": ("登记处理处罚已撤销", "arrow-back-up", "neutral"),
    "listing.request": ("提出列入失信联合惩戒名单", "flag", "busy"),
    "listing.propose": ("批准提请列入名单", "checks", "info"),
    "listing.decline": ("不批准提请列入名单", "arrow-back-up", "neutral"),
    "listing.withdraw": ("撤回提请列入名单", "arrow-back-up", "neutral"),
    "listing.notice": ("部门告知拟列入名单", "mail", "info"),
    "listing.object": ("用人单位对列入提出异议", "message-2", "busy"),
    "listing.answer": ("部门答复列入异议", "message-2", "info"),
    "listing.extend": ("列入决定期限延长", "clock-pause", "busy"),
    "listing.list": ("列入失信联合惩戒名单", "flag", "bad"),
    "listing.refuse": ("不予列入名单", "circle-x", "neutral"),
    "listing.correct": ("登记改正违法行为", "circle-check", "good"),
    "listing.ask_removal": ("提出提前移出名单", "send", "busy"),
    "listing.remove": ("提前移出名单", "circle-check", "good"),
    "listing.keep": ("不同意提前移出名单", "arrow-back-up", "bad"),
    "publish.put_forward": ("成员单位提请公布", "flag", "busy"),
    "publish.take_back": ("撤回提请公布", "arrow-back-up", "neutral"),
}
EVENT_LABELS = {
    "case": ("案件", words_of(TIMELINE_LABELS)),
    "publication": (
        "公布名单",
        {
            "publication.draft": "拟制公布名单",
            "publication.collect": "重新汇集公布名单",
            "publication.propose": "推荐无欠薪诚信企业",
            "publication.reword": "修改公布内容",
            "publication.take_out": "本期不公布",
            "publication.put_back": "恢复公布",
            "publication.submit": "公布名单送审",
            "publication.approve": "批准公布",
            "publication.decline": "退回公布名单",
            "publication.discard": "作废公布名单",
            "publication.withdraw": "撤下公布名单",
            "publication.withdraw_row": "撤下一户的公布内容",
            "publication.export": "导出公布名单",
        },
    ),
    "copied-list": ("名单抄送件", {"copied-list.keep": "登记名单抄送件"}),
    "user": ("账号", {"export-shared-cases": "导出移送和处罚案件"}),
}
FACT_LABELS = {
    "sanction": "处理处罚（序号）",
    "listing": "失信联合惩戒（序号）",
    "department": "部门",
    "period": "期间",
    "body": "成员单位",
}
# First part of a subject of obligations → URL name of its page, words of its link.
SUBJECT_PAGES = {"listing": ("listing", "打开惩戒名单"), "sanction": ("sanction", "打开处理处罚")}
