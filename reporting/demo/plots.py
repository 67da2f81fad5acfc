"""What becomes of a case: each plot is a short list of steps that leaves the case in one of the states."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from arrears.cases.models import ActKind, EntryKind
from arrears.cases.models.act import Outcome
from arrears.cases.route import GRASSROOTS
from arrears.escalations.grounds import open_grounds
from arrears.escalations.models import Escalation
from reporting.demo import safety_nets
from reporting.demo.life import Life
from reporting.demo.rosters import list_workers
from unions.models import Union, UnionKind
from unions.people.rights import RoleName

R = RoleName
Plot = Callable[[Life], None]


def stay_draft(life: Life) -> None:
    """Typed in, not handed in."""


def clue(life: Life) -> None:
    life.move("report_clue")


def dismissed(life: Life) -> None:
    clue(life)
    life.wait(4)
    life.move("dismiss", R.OFFICER, reason="反映的款项为材料货款，不属于劳动报酬；已说明并告知可向人民法院起诉。")


def filed(life: Life) -> None:
    life.move("file")


def verified(life: Life) -> None:
    clue(life)
    life.wait(3)
    life.move("verify", R.OFFICER)


def opened(life: Life) -> None:
    """Filed, talked about without success, part of it paid."""
    filed(life) if life.chance.random() < 0.7 else verified(life)
    life.wait(3)
    life.act(ActKind.NEGOTIATION, "与用人单位负责人协商，对方以资金紧张为由未承诺支付日期。", Outcome.FAILED)
    if life.chance.random() < 0.6:
        life.wait(8)
        life.pay(life.chance.choice([0.2, 0.35, 0.5]))
    else:
        list_workers(life)
    if life.chance.random() < 0.3:
        life.wait(2)
        life.act(ActKind.INFORM_HR, "已将有关情况通报同级人力资源社会保障部门。")


def legal(life: Life) -> None:
    opened(life)
    life.wait(6)
    life.act(ActKind.LEGAL_AID, "指派律师为职工代书仲裁申请。")
    life.move("go_legal", R.OFFICER, reason="已向劳动人事争议仲裁委员会申请仲裁。")


def legal_done(life: Life) -> None:
    legal(life)
    life.wait(40)
    life.act(ActKind.ARBITRATION, "仲裁委作出裁决，用人单位应在十五日内支付。")
    life.move("return_from_legal", R.OFFICER, reason="裁决已生效。")
    _finish(life, "awarded")


def paid(life: Life) -> None:
    opened(life)
    _finish(life, "paid")


def paid_soon(life: Life) -> None:
    filed(life)
    _finish(life, "paid")


def mediated(life: Life) -> None:
    filed(life)
    life.wait(3)
    life.act(ActKind.MEDIATION, "经工会调解，双方签订分两期支付的协议。", Outcome.AGREED)
    life.wait(7)
    life.pay(0.5)
    _finish(life, "mediated")


def advanced(life: Life) -> None:
    opened(life)
    life.wait(6)
    net = safety_nets.net_for(life)
    row = safety_nets.advance(life, net)
    _close(life, "advanced")
    safety_nets.come_back(life, net, row)


def partly_untrue(life: Life) -> None:
    opened(life)
    life.wait(5)
    life.act(ActKind.EXPLANATION, "其余部分没有考勤和结算依据，已向职工逐项说明。")
    life.pay(0.2, EntryKind.UNTRUE, source="没有考勤和结算依据")
    _finish(life, "partly_untrue")


def reopened(life: Life) -> None:
    paid(life)
    life.wait(12)
    life.move("reopen", R.APPROVER, reason="又有职工反映仍未领到末月工资。")
    life.wait(1)
    life.add(workers=1, amount=Decimal(4800), source="补充认定末月工资")


def awaiting_closing(life: Life) -> None:
    opened(life)
    _settle(life, "paid")


def closing_refused(life: Life) -> None:
    awaiting_closing(life)
    life.wait(1)
    life.move("send_back", R.APPROVER, reason="缺末月工资发放回单，请补充后再提请办结。")


def _settle(life: Life, conclusion: str) -> None:
    life.wait(9)
    life.pay()
    life.wait(1)
    life.answer_those_who_asked()
    life.name_fallback()
    life.move("settle", R.OFFICER, conclusion=conclusion)


def _close(life: Life, conclusion: str) -> None:
    life.wait(1)
    life.answer_those_who_asked()
    life.name_fallback()
    life.move("settle", R.OFFICER, conclusion=conclusion)
    life.wait(1)
    life.move("close", R.APPROVER)


def _finish(life: Life, conclusion: str) -> None:
    _settle(life, conclusion)
    life.wait(1)
    life.move("close", R.APPROVER)


# ---- reports to the level above ---------------------------------------------------------------------------------


def _ground(sender: Union) -> str:
    if sender.kind == UnionKind.ENTERPRISE:
        return "negotiation_failed"
    return "discovered" if sender.kind in GRASSROOTS else "level_by_level"


def _asked(life: Life) -> Escalation:
    filed(life)
    life.wait(3)
    life.act(ActKind.NEGOTIATION, "第三次协商仍未达成一致。", Outcome.FAILED)
    life.wait(2)
    return life.ask(_ground(life.union), "多次协商未果，请上级工会协调。")


def report_pending(life: Life) -> None:
    _asked(life)


def report_declined(life: Life) -> None:
    row = _asked(life)
    life.wait(1)
    life.decline(row)


def report_sent(life: Life) -> None:
    row = _asked(life)
    life.wait(1)
    life.approve(row)


def report_returned(life: Life) -> None:
    row = _asked(life)
    life.wait(1)
    row = life.approve(row)
    life.wait(1)
    life.send_back(row)


def report_received(life: Life) -> None:
    _received(life, take_over=life.chance.random() < 0.5)


def taken_over(life: Life) -> None:
    _received(life, take_over=True)


def _received(life: Life, *, take_over: bool) -> None:
    row = _asked(life)
    life.wait(1)
    row = life.approve(row)
    life.wait(1)
    life.receive(row, take_over=take_over)
    life.wait(5)
    life.pay(0.3)


def report_resolved(life: Life) -> None:
    report_received(life)
    life.wait(4)
    life.act(ActKind.JOINT, "会同人社部门约谈用人单位负责人。")
    _finish(life, "paid")


def report_twice(life: Life) -> None:
    """Received by the level above, which takes it over and reports it on."""
    row = _asked(life)
    life.wait(1)
    row = life.approve(row)
    life.wait(1)
    row = life.receive(row, take_over=True)
    life.wait(4)
    again = life.ask(_ground(row.receiver), "涉及多个项目，需上级统筹。", row.receiver)
    life.wait(1)
    life.approve(again)


def mass(life: Life) -> None:
    """Every level is told at once; the levels near by already know."""
    filed(life)
    life.ask("mass", "职工聚集讨薪，已到场劝导。")
    life.act(ActKind.ON_SITE, "工会干部到场，职工代表推选完毕，秩序平稳。")
    life.acknowledge(life.chance.choice([1, 2, 3]))


def alarm(life: Life) -> None:
    """Every level is told at once, and none has said yet that it knows."""
    filed(life)
    life.approve(life.ask("mass", "职工聚集讨薪，已到场劝导。"))


def mass_resolved(life: Life) -> None:
    filed(life)
    row = life.ask("mass", "职工聚集讨薪，已到场劝导。")
    life.acknowledge(9)
    row = life.approve(row)
    life.wait(1)
    life.receive(row, take_over=True)
    life.act(ActKind.JOINT, "会同住建、人社、公安部门现场办公。")
    _finish(life, "paid")


def fifty(life: Life) -> None:
    """On the gravest ground the notice of the place knows; where none speaks of so many, once negotiation failed."""
    filed(life)
    if not open_grounds(life.case, life.union):
        life.wait(2)
        life.act(ActKind.NEGOTIATION, "多次协商未达成一致。", Outcome.FAILED)
    row = life.ask(open_grounds(life.case, life.union)[0].key, "涉及人数较多，第一时间报告。")
    life.acknowledge(life.chance.choice([1, 2]))
    life.wait(1)
    life.approve(row)
