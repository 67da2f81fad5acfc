"""A person of each of the five places reads every kind of page she reaches: none carries a word of another place's notice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from arrears.cases import filing, workflow
from arrears.cases.models import Case, Channel
from arrears.plans import actions as plans
from arrears.plans.actions import PlanTerms, Promise
from arrears.plans.models import PlanBasis, PlanKind
from tests.cast import AT, FOUNDED, PASSWORD, an_employer
from tests.notices import OWN, foreign_in, pages
from unions.models import Appointment, Union, UnionKind, User
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName
from unions.tree import actions as tree

# Code, name, kind, code of the unit above.
UNIONS = [
    ("630000", "青海省总工会", UnionKind.PROVINCE, None),
    ("630100", "西宁市总工会", UnionKind.CITY, "630000"),
    ("370000", "山东省总工会", UnionKind.PROVINCE, None),
    ("370200", "青岛市总工会", UnionKind.CITY, "370000"),
    ("210000", "辽宁省总工会", UnionKind.PROVINCE, None),
    ("210800", "营口市总工会", UnionKind.CITY, "210000"),
    ("310000", "上海市总工会", UnionKind.PROVINCE, None),
    ("310118", "青浦区总工会", UnionKind.DISTRICT, "310000"),
]


@pytest.fixture
def places(db: None) -> dict[str, Union]:
    """The five places, each with a person who is officer and statistician, and a case of the kind the notices ask most of."""
    units: dict[str, Union] = {}
    for code, name, kind, above in UNIONS:
        units[code] = tree.found(code, name, kind, units.get(above or ""), FOUNDED, None, AT, region_code=code)
    for code in OWN:
        user = User.objects.create_user(f"reader-{code}", PASSWORD, name="读者")
        for role in (RoleName.OFFICER, RoleName.STATISTICIAN):
            Appointment.objects.create(user=user, union=units[code], role=role, since=FOUNDED)
        sync_rights(user, timezone.localdate())
        _a_case(units[code])
    return units


def _a_case(union: Union) -> Case:
    officer = User.objects.get(username=f"reader-{union.code}")
    given = {
        "accepted_on": date(2026, 11, 10),
        "industry": "E",
        "on_project": True,
        "nature": "government",
        "mass": True,
        "stated_workers": 60,
        "stated_migrants": 50,
        "stated_amount": Decimal("600000.00"),
        "channel": Channel.HOTLINE,
        "owed_from": date(2026, 6, 1),
        "owed_until": date(2026, 10, 31),
    }
    draft = filing.open_draft(union, an_employer(f"{union.code}建设公司", union.code), given, officer, AT)
    case = workflow.move(draft, "file", officer, AT, seen=draft.version)
    instalments = [Promise(date(2026, 12, 10), Decimal(600000), 60)]
    plans.make(case, PlanKind.REPAYMENT, instalments, PlanTerms(AT.date(), basis=PlanBasis.NEGOTIATION), officer, AT)
    case.refresh_from_db()
    return case


@pytest.mark.parametrize("code", OWN)
def test_no_page_or_workbook_carries_the_notice_of_another_place(
    places: dict[str, Union], client: Client, code: str
) -> None:
    person = User.objects.get(username=f"reader-{code}")
    client.force_login(person, backend="unions.people.backends.AppointmentBackend")
    read = list(pages(client, "/", OWN[code] | {"law-national"}, most_alike=1, most=110))
    found = [f"{address}: {foreign}" for address, text in read if (foreign := foreign_in(text, OWN[code]))]
    assert len(read) > 30 and not found, "\n".join(found)


@pytest.mark.parametrize("code", OWN)
def test_what_one_notice_asks_is_offered_where_it_is(places: dict[str, Union], client: Client, code: str) -> None:
    """重点行业 in the case form (QD-2), 应列尽列 (QP-3.1) and 以案定补 (QP-1.3) among the tabs."""
    person = User.objects.get(username=f"reader-{code}")
    client.force_login(person, backend="unions.people.backends.AppointmentBackend")
    form = client.get("/cases/new/").context["form"]
    assert form["focus_sector"].is_hidden is (code not in ("370200", "370000"))  # the province has 青岛 below it
    assert ("应列尽列" in client.get("/sanctions/").text) is (code == "310118")
    assert ("应列尽列" in client.get("/sanctions/listings/").text) is (code == "310118")
    assert ("以案定补" in client.get("/prevention/").text) is (code == "310118")
