"""What is said in public and who is received in each place: opinions that were handled and one that was just seen, sessions with a leader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from arrears.cases.models import Case
from arrears.serious.actions import calls, opinions, receptions, standing_plans, watch
from arrears.serious.actions.calls import CallFacts
from arrears.serious.models import CallGround, CallKind, Opinion, OpinionSource, Season, Verdict
from reporting.demo.people import DemoStaff
from reporting.demo.places import OF_PLACE
from unions.common.clock import day_of
from unions.models import Union, User
from unions.people.rights import RoleName

SEEN = [
    (OpinionSource.SHORT_VIDEO, "短视频反映{firm}拖欠工资", "某短视频平台同城账号"),
    (OpinionSource.BOARD, "网民留言反映{firm}年前未结清工资", "领导留言板"),
    (OpinionSource.MICROBLOG, "论坛发帖称{firm}欠薪", "本地生活论坛"),
]
ANSWER = "已联系发布人核实，由承办工会约谈用人单位。"
OUTCOME = "用人单位已作出支付安排，承办工会继续跟踪，发布人已获告知。"
STATEMENT = "经核实，该单位工资已按月结清，网传内容与事实不符；有疑问的职工可拨打 12351 咨询。"
RESULT = "当场告知办理进展，责成用人单位一周内书面答复。"


def enter_opinions_and_receptions(units: dict[str, Union], staff: DemoStaff, now: datetime) -> None:
    for codes in OF_PLACE.values():
        for nth, code in enumerate(codes):
            unit = units[code]
            cases = _latest(unit)
            by = staff.of(unit.pk, RoleName.OFFICER)
            _plan_ahead(unit, by, now)
            if cases:
                _watch(unit, cases, nth, by, now)
                _receive(unit, cases, nth, by, now)


PLAN = (
    "一、组织：分管副主席任组长，权益保障、法律援助和宣传人员参加。二、报告：接报后立即逐级上报，并通报人社、公安。"
    "三、到场：企业工会、街道工会、区市工会第一时间到现场，劝导、安抚，请职工推选代表座谈。四、善后：督促支付，跟踪到账。"
)


def _plan_ahead(unit: Union, by: User, now: datetime) -> None:
    """A plan in its second version, drilled this year."""
    title, today = "因欠薪引发群体性事件应急预案", day_of(now)
    for years in (2, 1):
        since = today.replace(month=3, day=1, year=today.year - years)
        row = standing_plans.put_in_force(unit, title, since, PLAN, by, now - timedelta(days=365 * years))
    on = today - timedelta(days=40)
    standing_plans.drill(row, on, 24, "桌面推演和现场拉动，报告用时 8 分钟；联络名单有两处过期，已更正。", by, now)


def watch_and_call(units: dict[str, Union], staff: DemoStaff, now: datetime) -> None:
    """While the notice of Shandong was in force: the roster of its units, and a unit called to account that put things right."""
    at = datetime(2024, 1, 8, 9, 30, tzinfo=now.tzinfo)
    codes = [code for place in OF_PLACE.values() for code in place if code.startswith("37")]
    for code in codes:
        unit, by = units[code], staff.of(units[code].pk, RoleName.OFFICER)
        if watch.notice_for(unit, day_of(at)):
            first = day_of(at)
            watch.plan(unit, first, first + timedelta(days=20), "day", by.name, "0531-12351", by, at)
            watch.plan(unit, first, first + timedelta(days=20), "night", "夜间值班员", "0531-12351", by, at)
    province, called = units["370000"], units["370202"]
    by = staff.of(province.pk, RoleName.OFFICER)
    facts = CallFacts(
        CallKind.INTERVIEW,
        CallGround.SLOW,
        "专项行动办结率靠后，两件政府投资项目线索超过七日未办结。",
        day_of(at),
        "分管副主席",
        "逐件明确责任人，两周内办结。",
        day_of(at) + timedelta(days=14),
    )
    row = calls.record(province, called, facts, None, by, at)
    done = at + timedelta(days=11)
    calls.answer(row, "两件线索均已办结，职工确认到账。", day_of(done), staff.of(called.pk, RoleName.OFFICER), done)


def _latest(unit: Union) -> list[Case]:
    rows = Case.objects.filter(handling_union__path__startswith=unit.path).filed()
    return list(rows.select_related("employer").order_by("-accepted_on", "-pk")[: len(SEEN)])


def _watch(unit: Union, cases: Sequence[Case], nth: int, by: User, now: datetime) -> None:
    """The first two of a unit were answered, one of them handled; what the first unit of a place saw last is new."""
    for number, case in enumerate(cases):
        new = number == 2 and nth == 0
        if number == 2 and not new:
            continue
        at = now - (timedelta(minutes=20) if new else timedelta(days=9 + 8 * number + nth, hours=4))
        source, title, where = SEEN[(number + nth) % len(SEEN)]
        said = title.format(firm=case.employer.name)
        row = opinions.record(unit, said, source, where, number == 1, at, by, at + timedelta(minutes=10))
        if new:
            continue
        row = opinions.link(row, case, by, at + timedelta(minutes=20), seen=row.version)
        _answer(row, by, at, handled=number == 0)


def _answer(row: Opinion, by: User, at: datetime, *, handled: bool) -> None:
    answered = at + timedelta(minutes=50)
    row = opinions.answer(row, ANSWER, answered, by, answered, seen=row.version)
    if handled:
        done = at + timedelta(days=3)
        untrue = {"verdict": Verdict.UNTRUE, "statement": STATEMENT} if row.source == OpinionSource.BOARD else {}
        opinions.handle(row, OUTCOME, done, by, done, seen=row.version, **untrue)


def _receive(unit: Union, cases: Sequence[Case], nth: int, by: User, now: datetime) -> None:
    """Two sessions, a month apart."""
    for number in range(2):
        at = now - timedelta(days=6 + 28 * number + nth, hours=2)
        facts = {
            "season": _season(at),
            "place": "职工服务中心接待室",
            "leader": f"{unit.name.removesuffix('总工会')}总工会分管副主席",
            "visitors": 5 + 3 * number + nth,
            "summary": "来访职工反映工资拖欠，逐件登记，现场答复办理时限。",
        }
        session = receptions.open_session(unit, day_of(at), facts, by, at)
        for case in cases[number : number + 2]:
            if case.accepted_on and case.accepted_on <= session.on:
                receptions.add_known_case(session, case, RESULT, by, at + timedelta(hours=1))


def _season(at: datetime) -> Season:
    """By the month: the sessions before the holidays are counted apart."""
    if at.month == 12:
        return Season.NEW_YEAR
    return Season.SPRING if at.month in (1, 2) else Season.OTHER
