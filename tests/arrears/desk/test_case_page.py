"""The page of a case: where each section stands, how far it has come, what is next."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from arrears.cases import ledger, workflow
from arrears.cases.models import Case, EntryKind, State
from arrears.desk.case_page import SECTIONS, TABS
from arrears.desk.extent import extent_of
from arrears.desk.stages import CaseStage, stages
from arrears.legal.models import ProceedingKind
from tests.arrears.legal.test_legal_steps import begun
from tests.cast import AT, World, a_case, a_draft
from tests.readers import as_user, paid_off, settled
from unions.common.clock import day_of


@pytest.fixture
def he(world: World) -> Client:
    return as_user(world, "he")


def page_of(client: Client, case: Case, tab: str = "") -> str:
    answer = client.get(case.get_absolute_url(), {"tab": tab} if tab else {})
    assert answer.status_code == 200
    return answer.text


def line(world: World, case: Case) -> list[CaseStage]:
    return stages(case, ledger.balance(case), extent_of(case, world.user("he")))


def said(world: World, case: Case) -> dict[str, tuple[date | None, str]]:
    return {stage.label: (stage.on, stage.words) for stage in line(world, case)}


# ---- five tabs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [*SECTIONS])
def test_the_address_of_a_section_opens_it_on_its_tab(he: Client, world: World, key: str) -> None:
    case = a_case(world)
    path, _, anchor = case.section_url(key).partition("#")
    page = he.get(path).text
    assert anchor == key and f'id="{key}"' in page
    (active,) = re.findall(r'<a class="tab active" href="\?tab=(\w+)"', page)
    assert active == SECTIONS[key].tab


def test_there_are_five_tabs_and_a_wrong_one_shows_the_first(he: Client, world: World) -> None:
    page = page_of(he, a_case(world), "nonsense")
    assert re.findall(r'<a class="tab[^"]*" href="\?tab=(\w+)"', page) == list(TABS)
    assert len(TABS) == 5 and 'class="tab active" href="?tab=facts"' in page


def test_what_is_not_used_is_folded_into_one_line_and_costs_nothing(
    he: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    case = a_case(world)
    page_of(he, case)
    folded = {key for key, section in SECTIONS.items() if section.tab == "handling" and not section.always}
    with django_assert_max_num_queries(25):
        page = page_of(he, case, "handling")
    for key in folded:
        assert f'href="?tab={key}#{key}"' in page and f'id="{key}"' not in page
    begun(world, case, ProceedingKind.ARBITRATION)
    page = page_of(he, case, "handling")
    assert 'id="legal"' in page and 'href="?tab=legal#legal"' not in page, "a section appears once it is used"


def test_a_tab_counts_what_stands_on_it(he: Client, world: World) -> None:
    case = a_case(world)
    assert "办理</a>" in page_of(he, case) and '台账与职工<span class="tab-count">1</span>' in page_of(he, case)
    begun(world, case, ProceedingKind.ARBITRATION)  # the proceeding and the act that began it
    assert '办理<span class="tab-count">2</span>' in page_of(he, case)


@pytest.mark.parametrize(
    ("name", "key"), [("sun", "heavy"), ("he", "ledger"), ("he", "sanctions"), ("li", "escalations")]
)
def test_forms_that_share_a_tab_share_no_id(world: World, name: str, key: str) -> None:
    case = a_case(world, mass=True)
    begun(world, case, ProceedingKind.ARBITRATION)
    client = as_user(world, name)
    page = page_of(client, case, key)
    if key == "heavy":
        page += client.get(f"/cases/{case.pk}/resolutions/").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert [one for one in set(ids) if ids.count(one) > 1] == []


# ---- how far it has come ------------------------------------------------------------------------------------------


def test_the_line_of_stages_follows_the_ledger_and_the_dated_acts(world: World) -> None:
    draft = a_draft(world)
    assert said(world, draft)["立案"] == (None, "未立案") and said(world, draft)["清偿"] == (None, "未认定欠薪")
    case = workflow.move(draft, "file", world.user("li"), AT, seen=draft.version)
    filed = said(world, case)
    assert list(filed) == ["登记", "立案", "上报", "办理", "清偿", "办结"]
    assert filed["立案"] == (AT.date(), "") and filed["上报"] == (None, "未上报") and filed["办结"] == (None, "未办结")
    ledger.post(case, EntryKind.PAID, date(2026, 11, 18), world.user("he"), AT, workers=3, amount=Decimal(30000))
    assert said(world, case)["清偿"] == (None, "已解决 25.0%")
    begun(world, case, ProceedingKind.ARBITRATION, date(2026, 11, 16))
    assert said(world, case)["办理"] == (date(2026, 11, 16), "")


def test_paid_and_closed_have_their_days(world: World) -> None:
    case = settled(world)
    assert said(world, case)["清偿"] == (timezone.localdate(), "") and said(world, case)["办结"] == (None, "待审批")
    Case.objects.filter(pk=case.pk).update(state=State.CLOSED, closed_on=AT.date())
    case.refresh_from_db()
    assert line(world, case)[-1] == CaseStage("办结", AT.date(), "", "done")


def test_what_ended_elsewhere_says_so(world: World) -> None:
    draft = a_draft(world)
    clue = workflow.move(draft, "report_clue", world.user("li"), AT, seen=draft.version)
    assert said(world, clue)["立案"] == (None, "线索待核实")
    done = workflow.move(clue, "dismiss", world.user("he"), AT, seen=clue.version, reason="属货款纠纷，已说明")
    shown = said(world, done)
    assert shown["不属欠薪"] == (day_of(AT), "不予立案")
    assert not {"立案", "清偿", "办结"} & shown.keys(), "nothing it did not reach is promised"


def test_a_case_handed_over_says_who_handles_it(world: World) -> None:
    case = a_case(world)
    Case.objects.filter(pk=case.pk).update(handling_union=world.unions["370202"])
    case = Case.objects.get(pk=case.pk)
    assert said(world, case)["办理"] == (None, "由市南区总工会承办")


# ---- what is next ---------------------------------------------------------------------------------------------------


def test_one_act_stands_out_and_the_others_are_in_the_menu(he: Client, world: World) -> None:
    case = a_case(world)
    page = page_of(he, case)
    panel = page[page.index('id="next-title"') :]
    assert f'<a class="btn btn-primary" href="{case.section_url("ledger")}">登记清偿</a>' in panel
    menu = page[page.index("case-menu") : page.index("case-head")]
    for name in ("transfer", "go_legal"):
        assert f'class="menu-item" href="/cases/{case.pk}/moves/{name}/"' in menu
    assert "提请办结" in menu and f"/cases/{case.pk}/moves/settle/" not in page
    paid_off(world, case)
    ready = page_of(he, case)
    assert f'<a class="btn btn-primary" href="/cases/{case.pk}/moves/settle/">提请办结</a>' in ready


def test_what_bars_an_act_leads_to_where_it_is_mended(he: Client, world: World) -> None:
    case = a_case(world)
    page = page_of(he, case)
    assert re.search(rf'不解决不销账：[^<]* <a href="{re.escape(case.section_url("ledger"))}">前往办理</a>', page)
    draft = a_draft(world, industry="", employer=case.employer)
    assert f'<a href="/cases/{draft.pk}/edit/">前往办理</a>' in page_of(as_user(world, "li"), draft)


def test_a_running_term_has_its_button_for_whoever_may_meet_it(world: World) -> None:
    case = a_case(world, negotiation_failed_on=date(2026, 11, 12))
    button = f'<a class="btn btn-sm" href="{case.section_url("escalations")}">前往上报</a>'
    assert button in page_of(as_user(world, "li"), case)
    assert "企业工会上报" in page_of(as_user(world, "wang"), case) and button not in page_of(
        as_user(world, "wang"), case
    )
    begun(world, case, ProceedingKind.ARBITRATION, date(2026, 11, 16))
    assert f'href="{case.section_url("legal")}">登记进展</a>' in page_of(as_user(world, "he"), case)


def test_who_has_nothing_to_do_with_it_is_told_whose_it_is(world: World) -> None:
    page = page_of(as_user(world, "sun"), a_case(world))
    assert "本案由“海风建设工会”办理，暂无需要您办理的事项。" in page
