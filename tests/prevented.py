"""Prevention in the cast: works of the log, classes of employers, and a clue mediated by the township it was passed to."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from arrears.cases import acts, ledger, snapshot, workflow
from arrears.cases.models import ActKind, Case, Employer, EntryKind, Outcome
from arrears.prevention.actions import log, risk, subsidy
from arrears.prevention.actions.log import Work
from arrears.prevention.classing import classify
from arrears.prevention.models import EmployerRisk, PreventionPaper, PreventionTask, PreventionWork
from tests.cast import AT, FOUNDED, World, a_draft, an_employer, moment
from unions.approvals import seal_of
from unions.models import Appointment, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

STREET = "370202T0001"
NOON = moment("2026-11-20 12:00")


def a_work(world: World, by: str = "he", code: str = "370202E0001", **facts: Any) -> PreventionWork:
    given: dict[str, Any] = {
        "kind": "visit",
        "on": date(2026, 11, 18),
        "title": "走访开工企业",
        "done": "宣讲工资支付规定",
        "firms": 3,
        "people": 40,
    } | facts
    return log.record(world.unions[code], Work(**given), [], world.user(by), AT)


def risk_of(employer: Employer, code: str = "370202") -> EmployerRisk:
    return EmployerRisk.objects.get(employer=employer, union__code=code)


def classed(at: datetime = NOON) -> int:
    return classify(None, at)


def staff(world: World) -> None:
    """An officer and an approver at the street."""
    for username, name, role in (("tian", "田街道", RoleName.OFFICER), ("tang", "唐街道", RoleName.APPROVER)):
        user = User.objects.create_user(username, name=name)
        Appointment.objects.create(user=user, union=world.unions[STREET], role=role, since=FOUNDED)
        sync_rights(user, date(2026, 11, 20))
        world.people[username] = user


def mediated(
    world: World,
    name: str = "八大湖装修队",
    *,
    passed: str = "2026-08-03 10:00",
    agreed: date = date(2026, 8, 10),
    closed: str = "2026-08-20 16:00",
    outcome: Outcome = Outcome.AGREED,
) -> Case:
    """A clue of the district, passed to the street, mediated there, paid and closed: 12 workers, 120,000 yuan."""
    if "tian" not in world.people:
        staff(world)
    start, end = moment(passed), moment(closed)
    draft = a_draft(
        world,
        "sun",
        "370202",
        employer=an_employer(name, "370202"),
        accepted_on=start.date(),
        owed_from=None,
        owed_until=None,
    )
    case = workflow.move(draft, "report_clue", world.user("sun"), start, seen=draft.version)
    case = workflow.move(
        case, "transfer", world.user("sun"), start, seen=case.version, receiver=world.unions[STREET], reason="属地"
    )
    case = workflow.move(case, "accept_transfer", world.user("tian"), start, seen=case.version)
    case = workflow.move(case, "verify", world.user("tian"), start, seen=case.version)
    acts.perform(case, ActKind.MEDIATION, agreed, "分期付清", outcome, world.user("tian"), end)
    case.refresh_from_db()
    ledger.post(case, EntryKind.PAID, agreed, world.user("tian"), end, workers=12, migrants=10, amount=Decimal(120000))
    case.refresh_from_db()
    case = workflow.move(case, "settle", world.user("tian"), end, seen=case.version, conclusion="mediated")
    return _close(world, case, end)


def _close(world: World, case: Case, at: datetime) -> Case:
    shown = seal_of(snapshot.closing(case))
    return workflow.move(case, "close", world.user("tang"), at, seen=case.version, seal=shown)


def prevented(world: World) -> dict[str, Any]:
    """Things for the table of roles: a work of the enterprise with a paper, a class with a change asked, a list put up."""
    work = a_work(world)
    paper = PreventionPaper.objects.create(
        work=work, name="照片.png", content_type="image/png", size=3, sha256="0" * 64, by=work.by, at=AT, file="none"
    )
    case = mediated(world)
    classed()
    row = risk_of(case.employer)
    risk.request_change(row, "高风险", "有群众反映", date(2026, 12, 31), world.user("sun"), NOON)
    found = subsidy.draft_list(world.unions["370202"], "2026Q3", world.user("sun"), NOON)
    task = PreventionTask.objects.create(
        work=work, what="核对专户", responsible="住建局", due_on=work.on, by=work.by, at=work.at
    )
    return {
        "prevention-work": work.pk,
        "prevention-paper": paper.pk,
        "prevention-task": task.pk,
        "risk": row.pk,
        "subsidy": found.pk,
    }
