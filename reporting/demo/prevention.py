"""Prevention: a year of the log at every district, and every employer classed once at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from random import Random

from arrears.cases.models import Case, State
from arrears.cases.signals import idle
from arrears.inspections.actions import secondments
from arrears.prevention.actions import log
from arrears.prevention.actions.log import Work
from arrears.prevention.classing import classify, follow, follow_case
from arrears.prevention.models import PreventionKind
from reporting.demo.people import DemoStaff
from reporting.demo.seasons import moment
from unions.models import Union, UnionKind, User
from unions.people.rights import RoleName

WORK: dict[PreventionKind, tuple[str, str, int, int]] = {
    PreventionKind.UNION_BUILDING: ("推动开工项目建立工会", "发放建会指引，登记入会意向。", 3, 60),
    PreventionKind.VISIT: ("走访节前用工大户", "查看工资发放表，宣讲支付规定，留下联系电话。", 6, 120),
    PreventionKind.PUBLICITY: ("普法宣传进工地", "讲解《保障农民工工资支付条例》，发放维权手册。", 4, 200),
    PreventionKind.CHECKUP: ("法治体检", "核对合同、考勤、工资专户，出具体检意见。", 2, 80),
    PreventionKind.CONTRACT: ("劳动合同签订指导", "指导补签合同，讲解计件工资约定。", 3, 90),
    PreventionKind.BARGAINING: ("工资专项集体协商", "指导签订工资专项集体合同。", 1, 150),
    PreventionKind.LEGAL_SERVICE: (
        "“尊法守法·携手筑梦”公益法律服务行动",
        "现场咨询、代写文书，为被拖欠工资的农民工申请法律援助。",
        2,
        70,
    ),
}
EVERY_DAYS = 24
SUPERVISES = "370202"  # where a notice wants joint supervision
FOUR_PARTIES = "区人社局、区住建局、区公安分局、区人民法院"
MEETS = "310118"  # where a notice wants joint meetings and a campaign before May Day
PARTNERS = "区人社局、住建委、交通委、公安分局、各街镇"


@contextmanager
def classed_at_the_end(now: datetime) -> Iterator[None]:
    """Every employer once, instead of one at every step."""
    with idle(follow, follow_case):
        yield
    classify(None, now)


def log_prevention(staff: DemoStaff, chance: Random, now: datetime) -> None:
    """Each district does one thing or another every few weeks of the last year."""
    _meet(Union.objects.get(code=MEETS), staff, now)
    _supervise_jointly(Union.objects.get(code=SUPERVISES), staff, now)
    for union in Union.objects.filter(kind=UnionKind.DISTRICT, valid_until=None).order_by("code"):
        if (union.pk, RoleName.OFFICER) not in staff.rows:
            continue
        by = staff.someone(union.pk, RoleName.OFFICER)
        for ago in range(EVERY_DAYS, 365, EVERY_DAYS):
            on = now.date() - timedelta(days=ago + chance.randint(0, EVERY_DAYS - 1))
            kind = chance.choice(list(WORK))
            title, done, firms, people = WORK[kind]
            reached = firms + chance.randint(0, 5), 0, people + chance.randint(0, 40)
            service = ("职工服务中心广场", 6) if kind == PreventionKind.LEGAL_SERVICE else ("", 0)
            work = Work(kind.value, on, title, done, *reached, *service)
            log.record(union, work, [], by, moment(on, chance))
        _second(union, by, now)


def _second(union: Union, by: User, now: datetime) -> None:
    """One still at the task force, one back."""
    force, today = "根治欠薪专项行动工作专班", now.date()
    for person, task, ago, days in (("李国强", "参加集中排查", 21, None), ("马丽娟", "接待来访、登记线索", 90, 30)):
        since = today - timedelta(days=ago)
        until = since + timedelta(days=days) if days else None
        facts = {"person": person, "post": "权益保障部干部", "task_force": force, "task": task}
        secondments.second(union, facts | {"since": since, "until": until}, by, now)


def _supervise_jointly(union: Union, staff: DemoStaff, now: datetime) -> None:
    """One joint supervision over the oldest cases that are open, with what was agreed, and one that is planned (QD-6.4b)."""
    by, on = staff.someone(union.pk, RoleName.OFFICER), now.date() - timedelta(days=16)
    cases = tuple(Case.objects.filter(path__startswith=union.path, state=State.OPEN).order_by("accepted_on", "pk")[:3])
    said = Work(
        PreventionKind.JOINT,
        on,
        "四方联动联合督导",
        "逐案核对欠薪人数和金额，责成用人单位限期支付，议定事项见下。",
        place="区劳动人事争议调解中心",
        agenda="督导久拖未结案件的支付安排。",
        partners=FOUR_PARTIES,
        cases=cases[:2],
        named=() if cases else ("青岛海澜装饰工程有限公司",),
    )
    held = log.record(union, said, [], by, datetime(on.year, on.month, on.day, 16, 30, tzinfo=now.tzinfo))
    first = log.add_task(held, "核查用人单位账户和应收工程款", "区住建局", on + timedelta(days=10), by, now)
    log.add_task(held, "督促签订还款协议", "区人社局", now.date() + timedelta(days=5), by, now)
    log.finish_task(first, on + timedelta(days=9), "已核查，应收工程款两笔，函告建设单位优先支付工资。", by, now)
    plan = Work(
        PreventionKind.JOINT,
        now.date() + timedelta(days=7),
        "节前联合督导",
        "",
        place="在建工地",
        agenda="督导节前工资支付。",
        partners=FOUR_PARTIES,
        cases=cases[2:],
        named=() if cases[2:] else ("青岛海澜装饰工程有限公司",),
    )
    log.record(union, plan, [], by, now - timedelta(days=1))


def _meet(union: Union, staff: DemoStaff, now: datetime) -> None:
    """Two meetings that were held, with what they agreed; one that is planned; the campaign of the year."""
    by, today = staff.someone(union.pk, RoleName.OFFICER), now.date()
    for ago, title in ((75, "三季度联席会议"), (12, "岁末年初欠薪预防处置工作会议")):
        on = today - timedelta(days=ago)
        at = datetime(on.year, on.month, on.day, 16, 30, tzinfo=now.tzinfo)
        said = Work(
            PreventionKind.MEETING,
            on,
            title,
            "通报线索处置和保证金补足情况，议定事项见下。",
            agenda="一、通报欠薪线索；二、在建工地工资专户；三、岁末年初安排。",
            partners=PARTNERS,
        )
        meeting = log.record(union, said, [], by, at)
        first = log.add_task(meeting, "逐一核对在建工地工资专户", "区住建委", on + timedelta(days=20), by, at)
        second = log.add_task(meeting, "街镇网格排查并报送重点企业", "各街镇", on + timedelta(days=30), by, at)
        for task in (first, second) if ago > 30 else (first,):
            log.finish_task(task, min(on + timedelta(days=9), today), "已完成，结果报区办公室。", by, now)
    ahead = today + timedelta(days=9)
    plan = Work(
        PreventionKind.MEETING, ahead, "元旦春节欠薪处置联席会议", "", agenda="部署节前排查。", partners=PARTNERS
    )
    log.record(union, plan, [], by, now - timedelta(days=1))
    spring = date(today.year if today.month > 4 else today.year - 1, 4, 24)
    campaign = Work(
        PreventionKind.CAMPAIGN,
        spring,
        "“五一”《保障农民工工资支付条例》专题宣传",
        "在六个工地设咨询点，发放条例读本和维权卡。",
        agenda="工地咨询、街镇宣讲、新媒体推送。",
        partners=PARTNERS,
        projects=6,
        people=1350,
    )
    log.record(union, campaign, [], by, datetime(spring.year, 4, 24, 17, 0, tzinfo=now.tzinfo))
