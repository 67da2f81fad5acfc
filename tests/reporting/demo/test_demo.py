"""The demo world: whole or not at all, once, the same every time, and sound in every book."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Q
from django.test import Client
from django.urls import reverse

from arrears.cases import ledger
from arrears.cases.models import Act, ActKind, Case, Closure, Employer, LedgerEntry, State
from arrears.cases.names import uscc_fault
from arrears.cases.workflow import closing
from arrears.early_warning.models import WarningStanding
from arrears.escalations import actions as escalations
from arrears.escalations.models import Acknowledgement, Escalation, Stage
from arrears.inspections.models import Inspection, KeyTarget
from arrears.law.models import Obligation
from arrears.plans.models import Plan
from arrears.portal.models import WindowLetter
from arrears.prevention.models import PreventionTask, PreventionWork
from arrears.referrals.models import Referral
from arrears.serious.models import Emergency, Oversight
from arrears.workers.models import ArrivalAnswer, PaymentAnswer, WorkerPayment
from reporting.demo import loader as demo
from reporting.demo.bulk import fill_up
from reporting.demo.people import PRINTED
from reporting.returns.models import Return
from tests.cast import moment
from tests.databases import BARE
from tests.notices import OWN, foreign_in, pages
from unions.log import audit
from unions.models import Union, UnionKind, UnionUserObjectPermission, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

NOW = moment("2026-11-20 18:30")


# These two come first: the world below stays until the end of the module.


def test_refused_where_other_unions_stand(world: Any) -> None:
    with pytest.raises(CommandError, match="只能载入空的数据库"):
        call_command("load_demo")


def test_refused_in_production(db: None, settings: Any) -> None:
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="密码是公开的"):
        call_command("load_demo")
    assert not User.objects.exists()


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any, databases: Any) -> Iterator[demo.Loaded]:
    """The demo world, loaded once for the tests below and rolled back after them."""
    with django_db_blocker.unblock():
        databases.use(BARE, committing=False)
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.load(NOW)
        transaction.set_rollback(True)


@pytest.fixture
def world_of_five(loaded: demo.Loaded, db: None) -> demo.Loaded:
    return loaded


def test_all_five_places_stand(world_of_five: demo.Loaded) -> None:
    for code in ("630000", "630100", "630102", "370000", "370200", "210000", "210800", "310000", "310118"):
        assert Union.objects.filter(code=code, region_code=code).exists(), code
    assert Union.objects.filter(code__regex=r"^3702\d\d$", kind=UnionKind.DISTRICT).count() == 10
    assert Union.objects.filter(code__regex=r"^2108\d\d$", kind=UnionKind.DISTRICT).count() == 6
    assert set(Union.objects.values_list("kind", flat=True)) == set(UnionKind.values)
    for row in Union.objects.exclude(parent=None).select_related("parent"):
        assert row.path == f"{row.parent.path}{row.pk}." and row.depth == row.parent.depth + 1


def test_everything_that_can_happen_has_happened(world_of_five: demo.Loaded) -> None:
    assert world_of_five.cases >= 300 and world_of_five.inspections >= 140
    assert set(Case.objects.values_list("state", flat=True)) == set(State.values) - {State.TRANSFERRING, State.MERGED}
    assert set(Escalation.objects.values_list("stage", flat=True)) == set(Stage.values) - {Stage.WITHDRAWN}
    assert set(Escalation.objects.values_list("ground", flat=True)) == {
        "mass",
        "fifty",
        "grave",
        "negotiation_failed",
        "discovered",
        "level_by_level",
    }
    assert Acknowledgement.objects.filter(at=None).exists() and Acknowledgement.objects.exclude(at=None).exists()
    assert Closure.objects.exclude(reopened_on=None).exists()
    assert {ActKind.MEDIATION, ActKind.LEGAL_AID} <= set(Act.objects.values_list("kind", flat=True))
    for first, last in (("2022-10-08", "2022-10-31"), ("2023-11-16", "2024-02-09"), ("2026-02-01", "2026-11-20")):
        assert Case.objects.filter(accepted_on__range=(first, last)).count() > 30


def test_the_books_hold(world_of_five: demo.Loaded) -> None:
    assert list(audit.broken_links()) == []
    balances = ledger.balances(Case.objects.values_list("pk", flat=True))
    for case in Case.objects.all():
        left = balances[case.pk].outstanding
        assert min(left.workers, left.migrants, left.amount) >= 0, case
        if case.state in (State.CLOSED, State.SETTLED, State.DISMISSED):
            assert not left, case
    assert not LedgerEntry.objects.filter(on__gt=date(2026, 11, 20)).exists()
    assert not Case.objects.filter(changed_at__gt=NOW).exists()
    codes = Employer.objects.exclude(uscc=None).values_list("uscc", flat=True)
    assert [code for code in codes if uscc_fault(code)] == []


def test_warnings_of_every_grade_stand_in_every_place(world_of_five: demo.Loaded) -> None:
    for code in ("630100", "370200", "210800", "310118"):
        rows = WarningStanding.objects.filter(union__code=code)
        assert {"红", "橙", "黄"} <= set(rows.values_list("level", flat=True)), code
    assert KeyTarget.objects.current().exists()


def test_grants_are_what_the_appointments_say(world_of_five: demo.Loaded) -> None:
    def rows() -> set[tuple[Any, ...]]:
        return set(UnionUserObjectPermission.objects.values_list("user_id", "permission_id", "content_object_id"))

    before = rows()
    for user in User.objects.filter(username__in=[row[0] for row in PRINTED]):
        sync_rights(user, date(2026, 11, 20))
    assert rows() == before


def test_the_printed_accounts_sign_in_and_find_work(world_of_five: demo.Loaded, client: Client) -> None:
    roles = {row[3] for row in demo.ACCOUNTS}
    assert len(demo.ACCOUNTS) == len(PRINTED) + 1
    assert roles >= {"填报员", "经办人", "审批人", "统计员", "审计员", "协作部门人员"}
    for username, password, name, _, _ in demo.ACCOUNTS:
        user = User.objects.get(username=username)
        assert user.password, username
        assert user.check_password(password) and user.name == name
    approver = User.objects.get(username="qiye-shenpi")
    assert escalations.approval.awaiting(approver).exists()
    officer = User.objects.get(username="quxian-jingban")
    assert Escalation.objects.awaiting_receipt_by(officer).count() >= 3
    assert Acknowledgement.objects.owed_by(officer).exists()
    assert Case.objects.filter(officer=officer, state=State.OPEN).count() >= 3
    signer = User.objects.get(username="quxian-shenpi")
    assert escalations.approval.awaiting(signer).exists() and closing.awaiting(signer).exists()
    assert closing.awaiting(approver).exists()
    assert Case.objects.visible_to(officer).filter(state=State.SETTLED).exists()


def test_what_stands_around_the_cases_of_the_first_district(world_of_five: demo.Loaded) -> None:
    person = User.objects.get(username="quxian-renshe")
    assert sorted(Referral.objects.addressed_to(person, NOW.date()).values_list("stage", flat=True)) == [
        "answered",
        "sent",
    ]
    assert WindowLetter.objects.filter(union__code="630102").count() == 2
    assert Plan.objects.in_force().filter(case__handling_union__code="630102").exists()
    assert Oversight.objects.filter(setter__code="630100", stage="in_force").exists()
    assert Emergency.objects.filter(ended_at=None).exists()


def test_what_is_owed_at_once_has_not_waited_for_days(world_of_five: demo.Loaded) -> None:
    """Where a notice wants the department told, the district has one of these days to do; nothing older waits."""
    at_once = Obligation.objects.open().filter(sense="due", due_at=None)
    old = at_once.filter(started_at__lt=NOW - timedelta(days=4))
    assert list(old.values_list("subject", "rule", "holder__code", "started_at")[:20]) == []
    for code in ("630102", "370202"):
        assert at_once.filter(holder__code=code).exists(), code


def test_nothing_waits_for_months(world_of_five: demo.Loaded) -> None:
    """Terms, reports to receive, closings to approve and returns are late by days or some weeks, as they would be."""
    weeks = NOW - timedelta(days=35)
    late = Obligation.objects.open().filter(sense="due", clock_at__lt=weeks)
    assert list(late.values_list("subject", "title", "holder__code", "clock_at")[:20]) == []
    waiting = Escalation.objects.filter(stage__in=(Stage.REQUESTED, Stage.SENT), requested_at__lt=weeks)
    assert list(waiting.values_list("case__number", "stage", "requested_at")) == []
    settled = Case.objects.filter(state=State.SETTLED, changed_at__lt=weeks)
    assert list(settled.values_list("number", "changed_at")) == []
    returns = Return.objects.filter(due_at__lt=weeks, receiver__isnull=False).exclude(stage__in=("received", "implied"))
    assert list(returns.values_list("union__code", "rule", "period", "stage")[:20]) == []


def test_paid_workers_of_every_place_said_whether_it_came(world_of_five: demo.Loaded) -> None:
    for prefix in ("6301", "3702", "2108", "310118"):
        said = PaymentAnswer.objects.standing().filter(payment__worker__case__union__code__startswith=prefix)
        assert set(said.values_list("answer", flat=True)) == set(ArrivalAnswer.values), prefix
        asked = WorkerPayment.objects.filter(worker__case__union__code__startswith=prefix)
        assert asked.filter(answers=None).exists(), f"{prefix}: silence is seen as well"
        assert PaymentAnswer.objects.contradicting().filter(pk__in=said.values("pk")).exists(), prefix


def test_QP_4_1_qingpu_met_and_agreed_on_what_is_to_be_done(world_of_five: demo.Loaded) -> None:
    works = PreventionWork.objects.filter(union__code="310118")
    assert works.filter(kind="meeting", done="", on__gt=NOW.date()).exists() and works.filter(kind="campaign").exists()
    tasks = PreventionTask.objects.filter(work__in=works)
    assert tasks.filter(done_on=None).exists() and tasks.exclude(done_on=None).exists()


# Whose lists are looked at: an officer (or statistician) of each place, at every level that has the list.
LOOKERS = (
    *("quxian-jingban", "shi-jingban", "sheng-jingban", "qingdao-jingban"),
    *("shandong-tongji", "yingkou-jingban", "qingpu-jingban"),
)
LISTS = (
    *("cases", "clues", "inspections", "warnings", "obligations", "prevention"),
    *("opinions", "receptions", "sanctions", "listings", "key-targets", "projects"),
    *("escalations", "letters", "returns", "findings", "publications", "reviews", "oversights", "emergencies"),
)


@pytest.mark.parametrize("who", LOOKERS)
def test_every_list_of_a_place_has_rows(world_of_five: demo.Loaded, client: Client, who: str) -> None:
    client.force_login(User.objects.get(username=who), backend="unions.people.backends.AppointmentBackend")
    empty = [name for name in LISTS if 'class="empty-state"' in client.get(reverse(name)).text]
    assert empty == []


def test_a_second_run_changes_nothing(world_of_five: demo.Loaded, capsys: pytest.CaptureFixture[str]) -> None:
    before = Case.objects.count()
    call_command("load_demo")
    assert "已经载入" in capsys.readouterr().out and Case.objects.count() == before


def test_the_same_world_every_time(world_of_five: demo.Loaded) -> None:
    told = list(Case.objects.order_by("pk").values_list("number", "state", "stated_workers", "stated_amount")[:5])
    assert told[0][0] and told[0][0].endswith("-2022-0001")
    assert Inspection.objects.order_by("pk").values_list("on", flat=True)[0] < date(2022, 11, 1)


def test_scale_keeps_the_rules(world_of_five: demo.Loaded) -> None:
    province, day = Union.objects.get(code="630000"), date(2026, 11, 20)
    assert fill_up(800, province, day, NOW) == 800
    assert fill_up(1000, province, day, NOW) == 200
    assert fill_up(1000, province, day, NOW) == 0
    made = Case.objects.filter(original_number__startswith="批量")
    assert made.count() == 1000 == made.values("number").distinct().count()
    balances = ledger.balances(made.values_list("pk", flat=True))
    for case in made.select_related("union"):
        assert case.path == case.union.path and case.path.startswith(province.path)
        left = balances[case.pk].outstanding
        assert min(left.workers, left.migrants, left.amount) >= 0
        assert (case.state == State.CLOSED) == (not left)
    assert made.filter(state=State.CLOSED).count() == Closure.objects.filter(case__in=made).count()
    assert not made.annotate(n=Count("closures")).filter(~Q(state=State.CLOSED), n__gt=0).exists()
    assert list(audit.broken_links()) == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("code", OWN)
def test_no_page_or_workbook_carries_the_notice_of_another_place(
    world_of_five: demo.Loaded, client: Client, code: str
) -> None:
    """Every kind of page and workbook an officer of the place reaches by links, once each."""
    here = {"appointments__union__code": code, "appointments__role__in": (RoleName.OFFICER, RoleName.STATISTICIAN)}
    person = User.objects.filter(**here).order_by("appointments__role", "pk")[0]
    client.force_login(person, backend="unions.people.backends.AppointmentBackend")
    read = list(pages(client, "/", OWN[code] | {"law-national"}, most_alike=1, most=120))
    found = [f"{address}: {foreign}" for address, text in read if (foreign := foreign_in(text, OWN[code]))]
    assert len(read) > 40 and not found, "\n".join(found)
