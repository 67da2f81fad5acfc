"""What the acts of safety nets are called where the log is read (操作记录)."""

from __future__ import annotations

from arrears.safety_nets.models import NetEntryKind
from unions.log import labels as verbs

NET = {
    "net.register": "登记工资保证金",
    "net.found": "设立应急周转金",
    "net.open": "建账",
    "net.renew": "续保函",
    "net.notice": "登记返还公示",
    "net.notice_back": "撤销返还公示",
    "net.close": "结清",
    "drawing.ask": "提出动用",
    "drawing.approve": "批准动用",
    "drawing.decline": "不同意动用",
    "drawing.withdraw": "撤回动用申请",
    "drawing.paid": "登记银行支付",
    "drawing.revoke": "支付通知书作废",
}
verbs.tell("net", "兜底资金", NET | {f"net.{kind.value}": f"记账：{kind.label}" for kind in NetEntryKind})
verbs.FACTS.update(
    {
        "drawing": "动用（序号）",
        "case": "案件（序号）",
        "project": "工程项目（序号）",
        "ratio": "存储比例（%）",
        "stored_as": "形式",
        "number": "编号",
    }
)
