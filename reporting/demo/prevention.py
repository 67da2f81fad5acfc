"""Prevention: a year of the log at every district, and every employer classed once at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

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


@contextmanager
def classed_at_the_end(now: datetime) -> Iterator[None]:
    """Every employer once, instead of one at every step."""
    with idle(follow, follow_case):
        yield
    classify(None, now)


def log_prevention(staff: DemoStaff, chance: Random, now: datetime) -> None:
    """Each district does one thing or another every few weeks of the last year."""
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
