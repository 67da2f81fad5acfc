"""What the acts of this app are called where the log is read (操作记录)."""

from __future__ import annotations

from arrears.cases.models import ActKind, Case, EntryKind
from arrears.desk.timeline import WORDS
from arrears.early_warning.models import StepKind
from arrears.inspections.models import Inspection
from unions.log import labels as verbs


def _field_names() -> dict[str, str]:
    """Field → label, for what an event says was changed."""
    fields = [*Case._meta.get_fields(), *Inspection._meta.get_fields()]
    return {field.name: str(field.verbose_name) for field in fields if hasattr(field, "verbose_name")}


CASE = (
    {verb: words for verb, (words, _, _) in WORDS.items()}
    | {f"entry.{kind.value}": f"记台账：{kind.label}" for kind in EntryKind}
    | {f"act.{kind.value}": f"登记：{kind.label}" for kind in ActKind}
    | {"discard": "删除草稿"}
)
verbs.tell("case", "案件", CASE)
verbs.tell(
    "inspection",
    "排查",
    {"inspect": "登记排查", "inspect.edit": "修改排查", "checklist": "逐项检查", "rectified": "问题整改销号"},
)
verbs.tell("key-target", "重点对象", {"target": "列入重点对象", "target.end": "移出重点对象"})
verbs.tell("bulk", "批量办理", {"request": "提出批量办理", "stop": "停止批量办理"})
verbs.tell("employer", "用人单位", {"correct": "更正单位资料"})
verbs.tell("warning", "预警信息", {"signal": "登记预警信息", "withdraw": "撤回预警信息", "verify": "实地核实"})
verbs.tell(
    "warning-step", "预警处置", {f"step.{kind.value}": str(kind.label) for kind in StepKind} | {"answer": "登记回执"}
)
verbs.tell(
    "opinion",
    "欠薪舆情",
    {"opinion.see": "发现舆情", "opinion.answer": "首次回应", "opinion.handle": "处置完毕", "opinion.link": "关联案件"},
)
verbs.tell(
    "round",
    "排查计划",
    {"round.plan": "制定排查计划", "round.add": "计划里添加一户", "round.drop": "移出计划", "round.off": "取消计划"},
)
REVIEW = {
    "review.plan": "安排互查审计",
    "review.visit": "登记到场检查",
    "review.find": "登记问题",
    "review.answer": "答复整改情况",
    "review.send-back": "退回整改答复",
    "review.close": "问题销号",
    "review.off": "取消检查",
}
verbs.tell("review", "互查审计", REVIEW)
verbs.tell("review-finding", "互查审计问题", REVIEW)
verbs.tell("platform", "监管平台核查", {"platform.look": "登记平台核查", "platform.mended": "平台问题整改销号"})
verbs.tell("reception", "集中接访", {"reception.hold": "登记接访"})
verbs.tell(
    "publication",
    "公布名单",
    {
        "publication.draft": "拟制公布名单",
        "publication.collect": "重新汇集公布名单",
        "publication.reword": "修改公布内容",
        "publication.take_out": "本期不公布",
        "publication.put_back": "恢复公布",
        "publication.submit": "公布名单送审",
        "publication.approve": "批准公布",
        "publication.decline": "退回公布名单",
        "publication.discard": "作废公布名单",
        "publication.withdraw": "撤下公布名单",
        "publication.withdraw_row": "撤下一户的公布内容",
    },
)
verbs.tell("copied-list", "名单抄送件", {"copied-list.keep": "登记名单抄送件"})
verbs.tell("union", "工会", {"import_cases": "导入历史台账"})
verbs.FACTS.update(
    {
        "file": "文件",
        "created": "新建（件）",
        "unchanged": "已有（件）",
        "paid": "已解决金额（元）",
        "says": "原表内容",
        "entry": "条目（序号）",
        "act": "办理（序号）",
        "emergency": "应急处置（序号）",
        "oversight": "督办（序号）",
        "opinion": "舆情（序号）",
        "reception": "接访（序号）",
        "incident_at": "事发时间",
        "due_on": "期限",
        "title": "事项",
        "evidence": "证据（序号）",
        "cancels": "冲正（序号）",
        "outcome": "结果",
        "conclusion": "办结结论",
        "escalation": "上报（序号）",
        "ground": "依据代码",
        "upon": "上报依据",
        "sender": "上报单位（序号）",
        "receiver": "接收单位（序号）",
        "shown": "所示内容校验值",
        "opened_at": "通知时间",
        "referral": "转送（序号）",
        "told_by": "对方告知人",
        "employer": "用人单位（序号）",
        "worker": "职工（序号）",
        "people": "人数",
        "field": "所查看的信息",
        "other": "另一案件（序号）",
        "source": "来源",
        "check": "核实（序号）",
        "addressee": "送达部门",
        "answers": "逐项情况",
        "findings": "问题（序号）",
        "finding": "问题（序号）",
        "risk": "风险类别",
        "reasons": "列入原因",
        "plan": "计划（序号）",
        "rows": "案件（件）",
        "proceeding": "法律程序（序号）",
        "officer": "经办人（序号）",
        "sanction": "处理处罚（序号）",
        "listing": "失信联合惩戒（序号）",
        "department": "部门",
        "number": "文号",
        "period": "期间",
        "body": "成员单位",
        "responsible": "责任人",
        "listed": "列入",
        "unhandled": "未处置（条）",
        "inspector": "检查单位（序号）",
        "inspected": "被检查单位（序号）",
        "unit": "单位（序号）",
        "words": "内容",
        "spot": "薄弱环节",
        "project": "项目（序号）",
    }
)
verbs.FACTS.update({name: label for name, label in _field_names().items() if name not in verbs.FACTS})
