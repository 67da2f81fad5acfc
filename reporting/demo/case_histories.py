"""Histories of demo cases: each is a short list of steps that leaves the case in one of its states."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random

from arrears.cases.models import ActKind, EntryKind, Outcome
from arrears.cases.route import GRASSROOTS
from arrears.escalations.grounds import open_grounds
from arrears.escalations.models import Escalation
from arrears.workers import actions as workers
from arrears.workers.actions import WorkerFacts
from reporting.demo import safety_nets
from reporting.demo.case_steps import CaseSteps
from unions.common.encrypted_fields import Private
from unions.models import Union, UnionKind
from unions.people.rights import RoleName

LONGEST = 60  # people; larger crews have no list yet
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗"
_GIVEN = ("建国", "秀英", "志强", "海燕", "文博", "桂兰", "国庆", "玉梅", "永福", "春生", "大勇", "小芳")
_JOBS = ("木工班", "钢筋班", "瓦工班", "架子班", "水电班", "杂工")

VERIFIED = (
    "经办人到工地核对考勤和工资表，与班组长当面确认。",
    "电话核实职工本人三名，并与用人单位财务核对欠付明细。",
    "约谈用人单位负责人，调取工资表和银行流水核对。",
)

R = RoleName
CaseHistory = Callable[[CaseSteps], None]


def stay_draft(steps: CaseSteps) -> None:
    """Typed in, not handed in."""


def clue(steps: CaseSteps) -> None:
    steps.move("report_clue")


def dismissed(steps: CaseSteps) -> None:
    clue(steps)
    steps.wait(4)
    steps.answer_those_who_asked()
    steps.move("dismiss", R.OFFICER, reason="反映的款项为材料货款，不属于劳动报酬；已说明并告知可向人民法院起诉。")


def filed(steps: CaseSteps) -> None:
    steps.move("file", verification=steps.chance.choice(VERIFIED))


def verified(steps: CaseSteps) -> None:
    clue(steps)
    steps.wait(3)
    steps.move("verify", R.OFFICER, verification=steps.chance.choice(VERIFIED))
    steps.answer_those_who_asked()


def opened(steps: CaseSteps) -> None:
    """Filed, talked about without success, part of it paid."""
    filed(steps) if steps.chance.random() < 0.7 else verified(steps)
    steps.wait(3)
    steps.act(ActKind.NEGOTIATION, "与用人单位负责人协商，对方以资金紧张为由未承诺支付日期。", Outcome.FAILED)
    _report_where_asked(steps)
    if steps.chance.random() < 0.6:
        steps.wait(8)
        steps.pay(steps.chance.choice([0.2, 0.35, 0.5]))
    else:
        list_workers(steps)


def legal(steps: CaseSteps) -> None:
    opened(steps)
    steps.wait(6)
    steps.legal_aid()
    steps.move("go_legal", R.OFFICER, reason="已向劳动人事争议仲裁委员会申请仲裁。")


def legal_done(steps: CaseSteps) -> None:
    legal(steps)
    steps.wait(40)
    steps.act(ActKind.ARBITRATION, "仲裁委作出裁决，用人单位应在十五日内支付。")
    steps.enforce()
    steps.move("return_from_legal", R.OFFICER, reason="裁决已生效，执行完毕。")
    _finish(steps, "awarded")


def paid(steps: CaseSteps) -> None:
    opened(steps)
    steps.recover_debts()
    _finish(steps, "paid")


def paid_soon(steps: CaseSteps) -> None:
    filed(steps)
    _finish(steps, "paid")


def mediated(steps: CaseSteps) -> None:
    filed(steps)
    steps.wait(3)
    steps.act(ActKind.MEDIATION, "经工会调解，双方签订分两期支付的协议。", Outcome.AGREED)
    steps.wait(7)
    steps.pay(0.5)
    _finish(steps, "mediated")


def advanced(steps: CaseSteps) -> None:
    opened(steps)
    steps.wait(6)
    net = safety_nets.net_for(steps)
    row = safety_nets.advance(steps, net)
    _close(steps, "advanced")
    safety_nets.come_back(steps, net, row)


def partly_untrue(steps: CaseSteps) -> None:
    opened(steps)
    steps.wait(5)
    steps.act(ActKind.EXPLANATION, "其余部分没有考勤和结算依据，已向职工逐项说明。")
    steps.pay(0.2, EntryKind.UNTRUE, source="没有考勤和结算依据")
    _finish(steps, "partly_untrue")


def reopened(steps: CaseSteps) -> None:
    paid(steps)
    steps.wait(12)
    steps.move("reopen", R.APPROVER, reason="又有职工反映仍未领到末月工资。")
    steps.wait(1)
    steps.add(workers=1, amount=Decimal(4800), source="补充认定末月工资")


def awaiting_closing(steps: CaseSteps) -> None:
    opened(steps)
    _settle(steps, "paid")


def closing_refused(steps: CaseSteps) -> None:
    awaiting_closing(steps)
    steps.wait(1)
    steps.move("send_back", R.APPROVER, reason="缺末月工资发放回单，请补充后再提请办结。")


def _settle(steps: CaseSteps, conclusion: str) -> None:
    steps.wait(9)
    steps.pay()
    steps.wait(1)
    steps.answer_those_who_asked()
    steps.name_fallback()
    steps.move("settle", R.OFFICER, conclusion=conclusion)


def _close(steps: CaseSteps, conclusion: str) -> None:
    steps.wait(1)
    steps.answer_those_who_asked()
    steps.name_fallback()
    steps.move("settle", R.OFFICER, conclusion=conclusion)
    steps.wait(1)
    steps.move("close", R.APPROVER)


def _finish(steps: CaseSteps, conclusion: str) -> None:
    _settle(steps, conclusion)
    steps.wait(1)
    steps.move("close", R.APPROVER)


# ---- reports to the level above ---------------------------------------------------------------------------------


def _ground(sender: Union) -> str:
    if sender.kind == UnionKind.ENTERPRISE:
        return "negotiation_failed"
    return "discovered" if sender.kind in GRASSROOTS else "level_by_level"


def _asked(steps: CaseSteps) -> Escalation:
    filed(steps)
    steps.wait(3)
    steps.act(ActKind.NEGOTIATION, "第三次协商仍未达成一致。", Outcome.FAILED)
    steps.wait(2)
    return steps.ask(_ground(steps.union), "多次协商未果，请上级工会协调。")


def _report_where_asked(steps: CaseSteps) -> None:
    """Within the days a notice gives: received above, and handled on here."""
    asked = [ground for ground in open_grounds(steps.case, steps.union) if ground.clause]
    if not asked:
        return
    row = steps.ask(asked[0].key, "用人单位未承诺支付日期，按通知要求报告。")
    steps.acknowledge(9)
    steps.wait(1)
    row = steps.approve(row)
    steps.wait(1)
    steps.receive(row, take_over=False)


def report_pending(steps: CaseSteps) -> None:
    _asked(steps)


def report_declined(steps: CaseSteps) -> None:
    row = _asked(steps)
    steps.wait(1)
    steps.decline(row)


def report_sent(steps: CaseSteps) -> None:
    row = _asked(steps)
    steps.wait(1)
    steps.approve(row)


def report_returned(steps: CaseSteps) -> None:
    row = _asked(steps)
    steps.wait(1)
    row = steps.approve(row)
    steps.wait(1)
    steps.send_back(row)


def report_received(steps: CaseSteps) -> None:
    _received(steps, take_over=steps.chance.random() < 0.5)


def taken_over(steps: CaseSteps) -> None:
    _received(steps, take_over=True)


def _received(steps: CaseSteps, *, take_over: bool) -> None:
    row = _asked(steps)
    steps.wait(1)
    row = steps.approve(row)
    steps.wait(1)
    steps.receive(row, take_over=take_over)
    steps.wait(5)
    steps.pay(0.3)


def report_resolved(steps: CaseSteps) -> None:
    report_received(steps)
    steps.wait(4)
    steps.act(ActKind.JOINT, "会同人社部门约谈用人单位负责人。")
    _finish(steps, "paid")


def report_twice(steps: CaseSteps) -> None:
    """Received by the level above, which takes it over and reports it on."""
    row = _asked(steps)
    steps.wait(1)
    row = steps.approve(row)
    steps.wait(1)
    row = steps.receive(row, take_over=True)
    steps.wait(4)
    again = steps.ask(_ground(row.receiver), "涉及多个项目，需上级统筹。", row.receiver)
    steps.wait(1)
    steps.approve(again)


def mass(steps: CaseSteps) -> None:
    """Every level is told at once; the levels near by already know."""
    filed(steps)
    steps.ask("mass", "职工聚集讨薪，已到场劝导。")
    steps.act(ActKind.ON_SITE, "工会干部到场，职工代表推选完毕，秩序平稳。")
    steps.acknowledge(steps.chance.choice([1, 2, 3]))


def alarm(steps: CaseSteps) -> None:
    """Every level is told at once, and none has said yet that it knows."""
    filed(steps)
    steps.approve(steps.ask("mass", "职工聚集讨薪，已到场劝导。"))


def mass_resolved(steps: CaseSteps) -> None:
    filed(steps)
    row = steps.ask("mass", "职工聚集讨薪，已到场劝导。")
    steps.acknowledge(9)
    row = steps.approve(row)
    steps.wait(1)
    steps.receive(row, take_over=True)
    steps.act(ActKind.JOINT, "会同住建、人社、公安部门现场办公。")
    _finish(steps, "paid")


def fifty(steps: CaseSteps) -> None:
    """On the gravest ground the notice of the place knows; where none speaks of so many, once negotiation failed."""
    filed(steps)
    if not open_grounds(steps.case, steps.union):
        steps.wait(2)
        steps.act(ActKind.NEGOTIATION, "多次协商未达成一致。", Outcome.FAILED)
    row = steps.ask(open_grounds(steps.case, steps.union)[0].key, "涉及人数较多，第一时间报告。")
    steps.acknowledge(steps.chance.choice([1, 2]))
    steps.wait(1)
    steps.approve(row)


def list_workers(steps: CaseSteps) -> None:
    """Enter the list of the case as its officer would, by a random generator of its own: the rest of the demo stays as it is."""
    case, chance = steps.case, Random(steps.case.pk)
    people = case.stated_workers
    if not 0 < people <= LONGEST:
        return
    share = (case.stated_amount / people).quantize(Decimal("0.01"))
    shares = [share] * (people - 1) + [case.stated_amount - share * (people - 1)]
    rows = [
        WorkerFacts(
            Private(chance.choice(_SURNAMES) + chance.choice(_GIVEN)),
            owed,
            Private(f"139{case.pk % 10**5:05d}{n:03d}"),
            job=chance.choice(_JOBS) if case.on_project else "",
            migrant=n < case.stated_migrants,
            owed_from=case.owed_from,
            owed_until=case.owed_until,
            agreed_on=case.accepted_on if n % 2 == 0 else None,
        )
        for n, owed in enumerate(shares)
    ]
    workers.add_workers(case, rows, steps.at_desk(RoleName.OFFICER), steps.at)
    case.refresh_from_db()
