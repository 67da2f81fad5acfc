"""QD-0: 市直有关单位工会 and 中央、省驻青有关单位工会 are kinds of their own and report where the heading of the notice says: to the city."""

from datetime import date

import pytest
from django.urls import reverse

from arrears.cases.models import Case
from arrears.cases.route import next_level
from arrears.escalations import actions as escalations
from arrears.escalations.grounds import open_grounds
from arrears.law.models import Obligation
from arrears.law.scope import Period, Scope
from reporting.boards.comparison import compare_below
from reporting.evaluation.facts import EvaluationPeriod
from reporting.evaluation.ranking import kinds_below
from reporting.forms.editions import form_for
from reporting.forms.table_rows import REST, rows_for, units_form
from tests.cast import AT, FOUNDED, World, a_case, an_employer
from tests.readers import as_user
from unions.common.refusals import Refused
from unions.models import Appointment, Union, UnionKind
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree

KINDS = {UnionKind.CITY_UNIT: "370200S0001", UnionKind.STATIONED: "370200C0001"}


def a_unit(world: World, kind: UnionKind) -> Union:
    """Under the city, with 李填报 as its clerk."""
    unit = tree.found(KINDS[kind], f"青岛{kind.label}", kind, world.unions["370200"], FOUNDED, None, AT)
    Appointment.objects.create(user=world.user("li"), union=unit, role=RoleName.CLERK, since=FOUNDED)
    sync_rights(world.user("li"), AT.date())
    world.unions[unit.code] = unit
    return unit


def of_the_unit(world: World, unit: Union) -> Case:
    employer = an_employer(f"{unit.name}用人单位", "370202")
    return a_case(world, "li", unit.code, employer=employer, negotiation_failed_on=date(2026, 11, 16))


@pytest.mark.parametrize("kind", KINDS)
def test_QD_0_they_report_to_the_city_in_the_term_of_an_enterprise_union(world: World, kind: UnionKind) -> None:
    unit = a_unit(world, kind)
    case = of_the_unit(world, unit)
    assert next_level(case, unit) == world.unions["370200"], "not the district in which the employer stands"
    assert "negotiation_failed" in {ground.key for ground in open_grounds(case, unit)}
    owed = Obligation.objects.get(case=case, rule="report-failed-negotiation")
    assert (owed.holder, owed.clause, owed.due_at.date()) == (unit, "QD-5", date(2026, 11, 23))
    row = escalations.request(case, unit, "negotiation_failed", "", world.user("li"), AT, seen=case.version)
    assert row.receiver == world.unions["370200"]
    with pytest.raises(Refused, match="不能设在"):
        tree.found("370202X0009", "错放的", kind, world.unions["370202"], FOUNDED, None, AT)


def test_QD_0_they_stand_in_tree_filters_and_tables(world: World) -> None:
    for kind in KINDS:
        of_the_unit(world, a_unit(world, kind))
    lv, city = as_user(world, "lv"), world.unions["370200"]
    assert "市直有关单位工会" in lv.get(reverse("union", args=["370200"])).text
    found = lv.get(reverse("unions"), {"kind": "stationed"}).context["page"].rows
    assert [unit.code for unit in found] == ["370200C0001"]
    districts = list(Union.objects.filter(kind=UnionKind.DISTRICT, parent=city))
    compared = compare_below(city, districts, EvaluationPeriod(date(2026, 1, 1), date(2026, 12, 31), AT))
    beside = [row.union.code for row in compared.beside]
    assert beside[:2] == ["370200C0001", "370200S0001"]
    assert kinds_below(city)[0][0] == UnionKind.DISTRICT, "what map, comparison and evaluation show first"
    form = units_form(form_for("shandong-winter", date(2026, 11, 20)))
    scope = Scope(city, Period(date(2026, 11, 1), date(2026, 11, 20), date(2026, 11, 20)))
    assert {"370200S0001", "370200C0001"} <= {stub.key for stub in rows_for(form, scope).stubs}
    bulletin = rows_for(form_for("shandong-monthly-bulletin", date(2026, 11, 20)), scope).stubs
    assert "市直单位、驻地单位" in {stub.text for stub in bulletin if stub.key == REST}
