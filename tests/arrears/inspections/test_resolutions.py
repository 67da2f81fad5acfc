"""SD-2.1d: cause, measure, person and unit of a key target or a heavy case, followed until done."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from arrears.cases import closing_blockers, workflow
from arrears.inspections.actions import key_targets, resolutions
from arrears.inspections.actions.resolutions import ResolutionFacts
from arrears.inspections.models import KeyTarget, Resolution
from arrears.law.models import Obligation
from arrears.law.obligations.projection import rebuild_all
from arrears.law.obligations.risk_classes import risk_classes
from arrears.serious.models import OversightKind
from tests.cast import AT, FOUNDED, World, a_case, a_draft, an_employer
from tests.readers import as_user
from tests.serious import in_force
from unions.common.refusals import Forbidden, Refused
from unions.models import Appointment
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName


@pytest.fixture(autouse=True)
def asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As while the notice speaks (SD-2.1d): its campaign is over by the day of the cast, and measures are offered no more then."""
    monkeypatch.setattr("arrears.law.provides.ONLY_WHERE_ASKED", ())


def said(**changes: Any) -> ResolutionFacts:
    given: dict[str, Any] = {
        "causes": ["works_unpaid"],
        "analysis": "工程款拨付不到位",
        "measure": "约谈建设单位按月拨付人工费",
        "responsible": "孙经办",
        "responsible_unit": "市南区总工会",
        "due_on": date(2026, 12, 10),
    } | changes
    return ResolutionFacts(**given)


def a_target(world: World) -> KeyTarget:
    unit, sun = world.unions["370202"], world.user("sun")
    risk = risk_classes(unit, AT.date())[-1].label
    return key_targets.add_key_target(unit, an_employer(), None, ["government"], "孙经办", risk, "", sun, AT)


def test_SD_2_1d_a_key_target_has_cause_measure_person_and_unit_and_is_followed(world: World) -> None:
    target, sun = a_target(world), world.user("sun")
    with pytest.raises(Refused) as refused:
        resolutions.set_measure(target, said(causes=[], responsible_unit=" "), sun, AT)
    assert set(refused.value.fields) == {"causes", "responsible_unit"}
    with pytest.raises(Forbidden):
        resolutions.set_measure(target, said(), world.user("feng"), AT)
    row = resolutions.set_measure(target, said(), sun, AT)
    term = Obligation.objects.get(subject=row.stream)
    assert term.is_open and term.bearer == "市南区总工会" and term.due_at is not None
    resolutions.follow(row, date(2026, 11, 20), "已约谈", sun, AT)
    with pytest.raises(Refused, match="尚未登记结果"):
        key_targets.end_key_target(target, "已无风险", sun, AT)

    browser = as_user(world, "sun")
    page = browser.get(target.get_absolute_url()).text
    assert all(
        words in page for words in ("约谈建设单位按月拨付人工费", "孙经办", "市南区总工会", "拖欠工程款", "已约谈")
    )
    listed = browser.get(reverse("key-targets"), {"unit": "370202"}).text
    assert "化解举措：共 1 项，化解中 1 项" in listed
    book = openpyxl.load_workbook(BytesIO(as_user(world, "qian").get(reverse("resolutions-sheet")).content))
    assert any("2026-11-20 已约谈" in line for line in book.active.iter_rows(values_only=True))

    resolutions.finish(row, date(2026, 11, 20), "工程款到账，工资发清", sun, AT)
    rebuild_all(AT)
    term.refresh_from_db()
    assert term.met_at is not None
    key_targets.end_key_target(target, "已化解", sun, AT)


def test_SD_2_1d_a_heavy_case_is_not_closed_before_it_is_resolved(world: World) -> None:
    case, he = a_case(world, causes=["fled"]), as_user(world, "he")
    fragment = he.get(reverse("case-resolutions", args=[case.pk])).text
    assert "暂无化解举措" in fragment and "登记原因、举措、责任人、责任单位" in fragment
    due = timezone.localdate() + timedelta(days=9)
    typed = {
        "causes": ["fled"],
        "analysis": "负责人失联",
        "measure": "会同公安查找，申请财产保全",
        "responsible": "何经办",
        "responsible_unit": "海风建设工会",
        "due_on": due.isoformat(),
    }
    assert he.post(reverse("case-resolve", args=[case.pk]), typed | {"measure": ""}).status_code == 422
    assert he.post(reverse("case-resolve", args=[case.pk]), typed).status_code == 302
    row = Resolution.objects.get(case=case)
    assert any("化解举措尚未登记结果" in lack for lack in closing_blockers.why_not_close(case))
    done = {"on": timezone.localdate().isoformat(), "words": "已找到负责人并付清"}
    he.post(reverse("resolution-step", args=[row.pk, "follow"]), done | {"words": "已报案"})
    he.post(reverse("resolution-step", args=[row.pk, "finish"]), done)
    row.refresh_from_db()
    assert row.done_on == timezone.localdate() and row.notes.count() == 1
    assert not any("化解举措" in lack for lack in closing_blockers.why_not_close(case))
    assert "登记化解结果" in he.get(case.get_absolute_url()).text


def test_a_measure_goes_with_its_case_and_ends_with_it(world: World) -> None:
    case, he = a_case(world), world.user("he")
    row = resolutions.set_measure(case, said(), he, AT)
    assert Obligation.objects.get(subject=row.stream).holder == case.union
    assert any("化解举措" in lack for lack in closing_blockers.why_not_merge(case)), "nobody could finish it"
    in_force(world, case, OversightKind.TAKEN_UP)
    term = Obligation.objects.get(subject=row.stream)
    assert (term.holder.code, term.path, term.officer) == ("370202", term.holder.path, world.user("sun"))
    row = resolutions.finish(row, AT.date(), "已付清", world.user("sun"), AT)

    draft = a_draft(world, employer=case.employer)
    clue = workflow.move(draft, "report_clue", world.user("li"), AT, seen=draft.version)
    row = resolutions.set_measure(clue, said(), he, AT)
    clue.refresh_from_db()
    workflow.move(clue, "dismiss", he, AT, seen=clue.version, reason="系劳务合同纠纷，已向反映人解释")
    term = Obligation.objects.get(subject=row.stream)
    assert (term.lifted_at, term.lifted_reason) == (AT, "案件已办结或不再办理")
    rebuild_all(AT)
    assert Obligation.objects.get(pk=term.pk).lifted_at == AT


def test_no_measure_begins_for_a_target_that_has_just_ended(world: World) -> None:
    target, sun = a_target(world), world.user("sun")
    key_targets.end_key_target(KeyTarget.objects.get(pk=target.pk), "已无风险", sun, AT)
    with pytest.raises(Forbidden):
        resolutions.set_measure(target, said(), sun, AT)


def test_what_was_typed_of_a_measure_survives_a_refusal(world: World) -> None:
    row = resolutions.set_measure(a_target(world), said(), world.user("sun"), AT)
    answer = as_user(world, "sun").post(
        f"/inspections/resolutions/{row.pk}/follow/", {"on": "2099-01-01", "words": "已约谈"}
    )
    assert answer.status_code == 422 and "已约谈" in answer.text
    nobody = as_user(world, "zhou").post(f"/inspections/resolutions/{row.pk}/follow/", {})
    assert nobody.status_code == 403, "before what was typed is looked at"


@pytest.mark.parametrize("name", ["resolutions-sheet", "warnings-sheet"])
def test_who_only_reads_a_unit_exports_nothing_of_it(world: World, name: str) -> None:
    """An officer of an enterprise who registers for the district too: she reads its lists, and takes her own away."""
    he = world.user("he")
    Appointment.objects.create(user=he, union=world.unions["370202"], role=RoleName.CLERK, since=FOUNDED)
    sync_rights(he, timezone.localdate())
    browser = as_user(world, "he")
    assert browser.get(reverse(name), {"unit": "370202E0001"}).status_code == 200
    assert browser.get(reverse(name), {"unit": "370202"}).status_code == 403


def test_SD_2_1d_no_unit_moves_while_a_measure_is_set(world: World) -> None:
    """It copies the path of the unit; the tree is held before the case or target."""
    target = a_target(world)
    with CaptureQueriesContext(connection) as asked:
        resolutions.set_measure(target, said(), world.user("sun"), AT)
    sent = [query["sql"] for query in asked]
    locked = next(nth for nth, sql in enumerate(sent) if "inspections_keytarget" in sql and "FOR UPDATE" in sql)
    assert any("union-tree" in sql for sql in sent[:locked])
