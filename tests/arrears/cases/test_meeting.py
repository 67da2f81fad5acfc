"""QD-6.4, QH-3b: who owes it that the department is told, since when, and the one click that meets it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from arrears.cases import acts
from arrears.cases.models import Act, ActKind, Case, Outcome
from arrears.cases.terms import keep_cases
from arrears.escalations import actions as escalations
from arrears.law.models import Obligation
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.obligations.derive import holder_of
from arrears.law.obligations.projection import Tools, rebuild_all
from arrears.law.obligations.subject import Place, Subject
from arrears.law.rules.facts import Facts
from arrears.law.rules.reader import RulebookError, delivered_rulebooks, parse_rulebook
from arrears.law.rules.vocabulary import ABLE, GENERAL_UNIONS, UNION_KINDS
from tests.arrears.law.test_obligations import FAILED, reported
from tests.arrears.law.test_obligations_clock import INVENTED
from tests.cast import AT, World, a_case, an_employer, moment
from tests.departments import PICTURE, a_district_case, beside
from tests.readers import as_user
from unions.common.refusals import Refused
from unions.models import UnionKind


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def tell_hr(case: Case) -> Obligation | None:
    return Obligation.objects.filter(case=case, rule="tell-hr").select_related("holder").first()


# Who ---------------------------------------------------------------------------------------------------------------


def test_QD_6_4_the_district_owes_it_once_the_report_has_reached_it_and_the_enterprise_never(world: World) -> None:
    case = a_case(world, negotiation_failed_on=FAILED)
    assert tell_hr(case) is None  # nobody of a level was told yet
    row = reported(world, case, sent=moment("2026-11-20 10:00"))
    told = tell_hr(case)
    assert told is not None and told.holder.code == "370202"
    assert (told.started_at, told.officer) == (moment("2026-11-20 10:00"), None)
    escalations.receive(row, by=world.user("sun"), at=AT, take_over=False)
    assert tell_hr(case) == told
    before = list(Obligation.objects.order_by("pk").values())
    rebuild_all(AT)
    assert list(Obligation.objects.order_by("pk").values()) == before


def test_QD_6_4_whom_an_enterprise_of_an_industry_reports_to_by_its_place_owes_it(world: World) -> None:
    case = a_case(world, "jiang", "370000I0001E0001", negotiation_failed_on=FAILED, mass=True)
    escalations.request(case, case.union, "mass", "", world.user("jiang"), AT, seen=case.version)
    told = tell_hr(case)
    assert told is not None and (told.holder.code, told.started_at) == ("370202", AT)


def test_QH_3b_the_general_union_above_an_enterprise_that_verified_owes_it(world: World) -> None:
    tools = Tools(books=RulebooksByUnit([_qinghai_here()]))
    case = a_case(world, verified_on=AT.date())
    Case.objects.filter(pk=case.pk).update(verified_on=AT.date())
    keep_cases([case.pk], AT, tools)
    told = Obligation.objects.get(case=case, rulebook="qinghai-2022-41", rule="tell-hr")
    assert told.holder.code == "370202"


def _qinghai_here() -> Any:
    return replace(delivered_rulebooks()["qinghai-2022-41"], attached_to="370000")


def test_a_notice_that_does_not_say_who_can_never_puts_it_on_an_enterprise(world: World) -> None:
    tools = Tools(books=RulebooksByUnit([parse_rulebook(INVENTED, "invented.toml")]))
    case = a_case(world, accepted_on=date(2026, 11, 19))
    keep_cases([case.pk], AT, tools)
    assert Obligation.objects.get(case=case, rulebook="invented-2026").holder.code == "370202"


def test_a_notice_that_names_who_cannot_is_refused() -> None:
    text = INVENTED.replace('holder = "承办工会"\n', 'holder = "承办工会"\nowed_by = ["enterprise", "district"]\n')
    with pytest.raises(RulebookError, match="由 enterprise 承担，这类工会办不到“已通报人社部门”"):
        parse_rulebook(text, "invented.toml")


@pytest.mark.parametrize("book", delivered_rulebooks().values(), ids=lambda book: book.key)
@pytest.mark.parametrize("kind", UNION_KINDS)
def test_no_duty_of_any_notice_rests_on_who_cannot_do_it(book: Any, kind: str) -> None:
    line = [Place(1, "1.", "province", "省总工会", 1), Place(2, "1.2.", "city", "市（州）总工会", 2)]
    line += [
        Place(3, "1.2.3.", "district", "区市（县）总工会", 3),
        Place(4, "1.2.3.4.", kind, UnionKind(kind).label, 4),
    ]
    subject = Subject(key="case:1", facts=Facts(union_kind=kind), line=tuple(line), handling=line[-1])
    for rule in book.deadlines:
        holder = holder_of(subject, rule)
        if holder is None:
            continue
        assert not rule.owed_by or holder.kind in rule.owed_by
        for name in rule.met_by:
            assert holder.kind in ABLE.get(name, UNION_KINDS), (rule.name, holder)
        if rule.name == "tell-hr":
            assert holder.kind in GENERAL_UNIONS


def test_YK_2_1_the_district_may_report_what_the_notice_wants_of_it(world: World) -> None:
    book = replace(delivered_rulebooks()["yingkou-2018-2"], attached_to="370200")
    case = a_case(world, owed_from=date(2026, 1, 1), owed_until=date(2026, 10, 31), discovered_on=date(2026, 11, 9))
    keep_cases([case.pk], AT, Tools(books=RulebooksByUnit([book])))
    rows = Obligation.objects.filter(case=case, rulebook="yingkou-2018-2", clause="YK-2.1")
    assert {row.rule: row.holder.code for row in rows} == {"report-major": "370202", "tell-government": "370202"}


# One click ---------------------------------------------------------------------------------------------------------


def test_one_click_meets_it_where_it_is_shouted(world: World) -> None:
    here = beside(world)
    sun = as_user(world, "sun")
    told = {}
    for where, page in (("desk", "/"), ("list", reverse("obligations")), ("case", "")):
        case = a_district_case(world, f"{where}公司")
        row = tell_hr(case)
        assert row is not None
        shown = sun.get(page or case.get_absolute_url()).text
        address = reverse("obligation-meet", args=[row.pk])
        assert f'action="{address}"' in shown and "登记已通报" in shown and here.kept["hr"].name in shown
        # Exactly what the form in the line sends.
        sent = {"on": "2026-11-20", "told": here.kept["hr"].name, "means": "phone", "back": where}
        answer = sun.post(address, sent)
        assert answer.status_code == 302, answer.text
        row.refresh_from_db()
        assert row.met_at is not None
        told[where] = answer["Location"]
        act = Act.objects.get(case=case)
        assert (act.kind, act.told, act.means, act.on) == (
            ActKind.INFORM_HR,
            "市南区人社局",
            "phone",
            date(2026, 11, 20),
        )
        assert act.union.code == "370202"
        assert sun.post(address, sent).status_code == 409  # a second click writes nothing
        assert Act.objects.filter(case=case).count() == 1
    assert told["desk"] == "/" and told["list"] == reverse("obligations")


def test_the_record_keeps_the_day_whom_how_and_a_paper(world: World) -> None:
    beside(world)
    case = a_case(world, negotiation_failed_on=FAILED)
    reported(world, case)
    row = tell_hr(case)
    assert row is not None
    sun = as_user(world, "sun")
    assert "凭证" in sun.get(row.get_absolute_url()).text
    paper = SimpleUploadedFile("回执.png", PICTURE)
    sent = {"on": "2026-11-20", "told": "市南区劳动监察大队", "means": "letter", "paper": paper, "detail": "已收文"}
    assert sun.post(reverse("obligation-meet", args=[row.pk]), sent).status_code == 302
    act = Act.objects.select_related("paper").get(kind=ActKind.INFORM_HR)
    assert act.words == "已收文\n告知市南区劳动监察大队，书面，凭证 回执.png"
    assert "告知市南区劳动监察大队，书面" in sun.get(f"{case.get_absolute_url()}?tab=facts").text
    row.refresh_from_db()
    assert row.met_at is not None and row.holder.code == "370202"


def test_nobody_else_is_offered_it_or_may_do_it(world: World) -> None:
    case = a_case(world, negotiation_failed_on=FAILED)
    reported(world, case)
    row = tell_hr(case)
    assert row is not None
    for name in ("li", "he", "wang", "zhou"):
        client = as_user(world, name)
        assert "登记已通报" not in client.get(case.get_absolute_url()).text
        sent = {"on": "2026-11-20", "told": "人社局", "means": "phone"}
        assert client.post(reverse("obligation-meet", args=[row.pk]), sent).status_code == 403
    for name in ("he", "sun"):  # also the district does not do it in the name of the enterprise union
        with pytest.raises(Refused, match="没有同级的部门"):
            acts.perform(case, ActKind.INFORM_HR, AT.date(), "", Outcome.DONE, world.user(name), AT)


def test_a_day_to_come_is_refused_beside_the_field_and_nothing_typed_is_lost(world: World) -> None:
    case = a_district_case(world)
    row = tell_hr(case)
    assert row is not None
    sent = {"on": "2099-01-01", "told": "市南区人社局", "means": "visit", "detail": "当面说明"}
    answer = as_user(world, "sun").post(reverse("obligation-meet", args=[row.pk]), sent)
    assert answer.status_code == 422 and "日期不能晚于今天" in answer.text and "当面说明" in answer.text


def test_the_form_of_acts_does_not_compete(world: World) -> None:
    """While the duty is open it is met beside the clock; the form of acts offers it to nobody who cannot do it."""
    offered = 'value="inform_hr"'
    case = a_district_case(world)
    sun, he = as_user(world, "sun"), as_user(world, "he")
    assert offered not in sun.get(f"{case.get_absolute_url()}?tab=acts").text
    below = a_case(world, employer=an_employer("海风二公司"))
    assert offered not in he.get(f"{below.get_absolute_url()}?tab=acts").text
    row = tell_hr(case)
    assert row is not None
    sun.post(reverse("obligation-meet", args=[row.pk]), {"on": "2026-11-20", "told": "x", "means": "phone"})
    assert offered in sun.get(f"{case.get_absolute_url()}?tab=acts").text
