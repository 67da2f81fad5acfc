"""Referrals through the pages: of the unions, and in the window of a department, which shows nothing else."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from arrears.cases.evidence import keep_evidence
from arrears.referrals import actions as referrals
from arrears.referrals.kinds import KINDS
from arrears.referrals.models import Referral, ReferralPaper, ReferralStage
from tests.cast import AT, World
from tests.config.test_roles_urls import addresses
from tests.departments import Departments, a_district_case, beside
from tests.readers import as_user
from tests.subjects import PNG
from unions.common.refusals import Forbidden
from unions.models import Agency, Appointment
from unions.navigation import OPEN_TO_DEPARTMENTS
from unions.people import agencies


@pytest.fixture
def here(world: World) -> Departments:
    return beside(world)


def asked(case: Any, agency: Any, **changes: Any) -> dict[str, Any]:
    return {"kind": "hr", "agency": agency.pk, "request": "请依法查处", "seen": case.version} | changes


# ---- asking --------------------------------------------------------------------------------------------------------


def test_asking_from_the_case(here: Departments) -> None:
    case = a_district_case(here.world)
    sun = as_user(here.world, "sun")
    assert "提出转送" in sun.get(f"/cases/{case.pk}/?tab=referrals").text
    url = f"/cases/{case.pk}/refer/"
    page = sun.get(url).text
    assert "及时通报同级人力资源社会保障部门" in page and "市南区人社局" in page
    assert sun.post(url, asked(case, here.kept["hr"])).status_code == 302
    again = sun.post(url, asked(case, here.kept["hr"]))
    assert again.status_code == 409 and "请依法查处" in again.text
    assert Referral.objects.count() == 1


def test_only_the_files_that_were_ticked_go_along(here: Departments, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = a_district_case(here.world)
    for number in range(2):
        file = SimpleUploadedFile(f"{number}.png", PNG + bytes([number]))
        kept = keep_evidence(case, file, "", here.world.user("sun"), AT)
    case.refresh_from_db()
    sun, url = as_user(here.world, "sun"), f"/cases/{case.pk}/refer/"
    assert "0.png" in sun.get(url).text
    assert sun.post(url, asked(case, here.kept["hr"], attached=[kept.pk])).status_code == 302
    assert [paper.evidence.name for paper in ReferralPaper.objects.all()] == ["1.png"]
    assert "1.png（SHA-256" in sun.get(Referral.objects.get().get_absolute_url()).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"request": ""}, "请填写事由和请求"),
        ({"agency": "0"}, "收件部门"),
        ({"kind": "police", "materials": ["欠薪报告"]}, "必须随附"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    here: Departments, changes: dict[str, Any], sentence: str
) -> None:
    case = a_district_case(here.world)
    police = here.kept["police"] if "kind" in changes else here.kept["hr"]
    answer = as_user(here.world, "sun").post(
        f"/cases/{case.pk}/refer/", asked(case, police, request="拖欠三个月") | changes
    )
    assert answer.status_code == 422 and sentence in answer.text
    assert "拖欠三个月" in answer.text or "request" in changes
    assert not Referral.objects.exists()


def test_colleagues_who_do_not_handle_the_case_cannot_ask(here: Departments) -> None:
    case = a_district_case(here.world)
    for name, status in {"zhou": 403, "qian": 403, "feng": 404, "ma": 404}.items():
        client = as_user(here.world, name)
        assert client.get(f"/cases/{case.pk}/refer/").status_code == status
        assert client.post(f"/cases/{case.pk}/refer/", asked(case, here.kept["hr"])).status_code == status


def test_where_no_department_is_known_the_page_says_so(world: World) -> None:
    case = a_district_case(world)
    assert "还没有登记可以接收" in as_user(world, "sun").get(f"/cases/{case.pk}/refer/").text


# ---- approving -----------------------------------------------------------------------------------------------------


def test_a_referral_not_yet_approved_is_unknown_above_and_to_the_department(here: Departments) -> None:
    row = here.put(a_district_case(here.world))
    url = row.get_absolute_url()
    assert as_user(here.world, "zhou").get(url).status_code == 200
    assert as_user(here.world, "lv").get(url).status_code == 404
    assert "提出转送部门" not in as_user(here.world, "lv").get(f"/cases/{row.case_id}/?tab=facts").text
    ma = as_user(here.world, "ma")
    assert ma.get(f"/incoming/{row.pk}/").status_code == 404
    assert "市南装饰" not in ma.get("/incoming/").text
    here.approved(row)
    assert as_user(here.world, "lv").get(url).status_code == 200
    assert ma.get(f"/incoming/{row.pk}/").status_code == 200


def test_a_stale_tab_does_not_approve(here: Departments) -> None:
    row = here.put(a_district_case(here.world))
    zhou = as_user(here.world, "zhou")
    shown = zhou.get(row.get_absolute_url()).context["seal"]
    row.case.employer.address = "香港中路 1 号"
    row.case.employer.save()
    late = zhou.post(f"{row.get_absolute_url()}approve/", {"seal": shown, "opinion": "同意"})
    assert late.status_code == 409 and "同意" in late.text and "香港中路 1 号" in late.text
    shown = late.context["seal"]
    assert zhou.post(f"{row.get_absolute_url()}approve/", {"seal": shown}).status_code == 302
    assert zhou.post(f"{row.get_absolute_url()}approve/", {"seal": shown}).status_code == 409
    assert Referral.objects.get().stage == ReferralStage.SENT


def test_an_officer_notes_what_the_department_told_her(here: Departments) -> None:
    row = here.sent(a_district_case(here.world))
    sun, url = as_user(here.world, "sun"), row.get_absolute_url()
    nobody = sun.post(f"{url}accepted/", {"opinion": ""})
    assert nobody.status_code == 422 and "请写明对方告知人" in nobody.text
    assert sun.post(f"{url}accepted/", {"told_by": "马科长"}).status_code == 302
    said = {"result": "filed", "on": timezone.localdate().isoformat(), "text": "已立案", "told_by": "马科长"}
    assert sun.post(f"{url}answered/", said | {"text": ""}).status_code == 422
    assert sun.post(f"{url}answered/", said).status_code == 302
    page = sun.get(url).text
    assert "已立案查处" in page and "对方告知人：马科长" in page


# ---- the window ----------------------------------------------------------------------------------------------------


def test_a_department_accepts_answers_and_attaches(here: Departments, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = a_district_case(here.world)
    row = here.sent(case)
    ma = as_user(here.world, "ma")
    assert "市南装饰有限公司" in ma.get("/", follow=True).text
    url = f"/incoming/{row.pk}/"
    assert ma.post(f"{url}answer/", {"result": "filed", "on": "2026-11-20", "text": "x"}).status_code == 409
    assert ma.post(f"{url}refuse/", {"opinion": ""}).status_code == 422
    assert ma.post(f"{url}accept/", {"opinion": "收到"}).status_code == 302
    assert ma.post(f"{url}accept/", {"opinion": "收到"}).status_code == 409
    said = {"result": "ordered", "on": timezone.localdate().isoformat(), "text": "已下达限期改正指令书"}
    assert ma.post(f"{url}answer/", said).status_code == 302
    file = SimpleUploadedFile("指令书.png", PNG)
    assert ma.post(f"{url}attach/", {"papers": [file], "note": "指令书"}).status_code == 302
    paper = ReferralPaper.objects.get()
    assert ma.get(f"{url}papers/{paper.pk}/").status_code == 200
    assert "已责令限期支付" in as_user(here.world, "sun").get(row.get_absolute_url()).text
    assert (
        "部门答复：提请人社部门查处（市南区人社局）"
        in as_user(here.world, "sun").get(f"/cases/{case.pk}/?tab=facts").text
    )


def test_another_departments_matter_is_not_there(here: Departments, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = a_district_case(here.world)
    evidence = keep_evidence(case, SimpleUploadedFile("工资表.png", PNG), "", here.world.user("sun"), AT)
    hidden = keep_evidence(case, SimpleUploadedFile("别的.png", PNG + b"1"), "", here.world.user("sun"), AT)
    row = here.sent(case, files=(evidence.pk,))
    paper = ReferralPaper.objects.get()
    pan, ma = as_user(here.world, "pan"), as_user(here.world, "ma")
    for tail in ("", "accept/", "refuse/", "answer/", "attach/", f"papers/{paper.pk}/"):
        ask = pan.get if tail in ("", f"papers/{paper.pk}/") else pan.post
        assert ask(f"/incoming/{row.pk}/{tail}").status_code == 404, tail
    assert "市南装饰" not in pan.get("/incoming/").text
    page = ma.get(f"/incoming/{row.pk}/").text
    assert "工资表.png" in page and "别的.png" not in page
    assert ma.get(f"/cases/{case.pk}/evidence/{hidden.pk}/").status_code == 404
    assert ma.get(row.get_absolute_url()).status_code == 404


def test_what_was_taken_back_leaves_the_window(here: Departments) -> None:
    row = here.sent(a_district_case(here.world))
    referrals.withdraw(row, by=here.world.user("sun"), at=AT, opinion="工资已付清")
    ma = as_user(here.world, "ma")
    assert ma.get(f"/incoming/{row.pk}/").status_code == 404
    assert ma.post(f"/incoming/{row.pk}/accept/").status_code == 404


def test_an_appointment_that_ended_closes_the_window(here: Departments) -> None:
    row = here.sent(a_district_case(here.world))
    Appointment.objects.filter(user__username="ma").update(until="2026-01-01")
    ma = as_user(here.world, "ma")
    assert ma.get("/incoming/").status_code == 404
    assert ma.get(f"/incoming/{row.pk}/").status_code == 404


def test_the_window_of_a_department_shows_nothing_else(here: Departments) -> None:
    """Every address of the program that takes no argument, and those of the case itself."""
    row = here.sent(a_district_case(here.world))
    ma = as_user(here.world, "ma")
    seen = set()
    for name in set(addresses()) - OPEN_TO_DEPARTMENTS:
        for keys in ({}, {"pk": row.case_id}, {"pk": row.pk}, {"code": "370202"}):
            try:
                url = reverse(name, kwargs=keys)
            except NoReverseMatch:
                continue
            seen.add(name)
            assert ma.get(url).status_code == 404, url
            assert ma.post(url).status_code == 404, url
    assert {"cases", "unions", "union", "case", "employer-lookup", "api-cases", "rulebooks"} <= seen
    navigation = ma.get("/incoming/").context["navigation"]
    assert [item["label"] for group in navigation for item in group["items"]] == ["收到的事项", "提醒"]
    assert navigation[0]["items"][0]["count"]() == 1


def test_nobody_signed_in_is_sent_to_the_door(here: Departments) -> None:
    row = here.sent(a_district_case(here.world))
    for url in ("/incoming/", f"/incoming/{row.pk}/", row.get_absolute_url(), "/agencies/"):
        assert Client().get(url).status_code == 302


def test_the_lists_cost_the_same_whatever_their_length(here: Departments, django_assert_num_queries: Any) -> None:
    for number in range(2):
        here.sent(a_district_case(here.world, f"第{number}家"))
    pages = {"sun": ("/referrals/?list=sent", LIST), "ma": ("/incoming/", WINDOW)}
    for name, (url, count) in pages.items():
        client = as_user(here.world, name)
        client.get(url)
        with django_assert_num_queries(count):
            client.get(url)
    here.sent(a_district_case(here.world, "又一家"))
    for name, (url, count) in pages.items():
        client = as_user(here.world, name)
        client.get(url)
        with django_assert_num_queries(count):
            assert "又一家" in client.get(url).text


LIST, WINDOW = 8, 13


# ---- the directory -------------------------------------------------------------------------------------------------


def test_YK_3_the_directory_shows_who_is_missing(here: Departments) -> None:
    sun = as_user(here.world, "sun")
    page = sun.get("/agencies/").text
    assert "没有联络员：市南区人社局、市南公安分局" in page and "未登记：法院" in page
    url = here.kept["hr"].get_absolute_url()
    assert sun.post(f"{url}liaisons/", {"name": "马科长", "phone": ""}).status_code == 422
    assert sun.post(f"{url}liaisons/", {"name": "马科长", "phone": "0532-80000001"}).status_code == 302
    assert sun.post(f"{url}liaisons/", {"name": "马科长", "phone": "0532-80000001"}).status_code == 409
    assert "没有联络员：市南公安分局" in sun.get("/agencies/").text
    liaison = here.kept["hr"].liaisons.get()
    assert sun.post(f"{url}liaisons/{liaison.pk}/release/").status_code == 302
    assert "没有联络员：市南区人社局" in sun.get("/agencies/").text


def test_a_department_is_entered_corrected_and_ended(here: Departments) -> None:
    sun = as_user(here.world, "sun")
    new = {"kind": "tax", "name": "市南区税务局", "region_code": "", "address": "", "phone": ""}
    assert sun.post("/unions/370202/agencies/new/", new | {"name": ""}).status_code == 422
    assert sun.post("/unions/370202/agencies/new/", new | {"name": "市南区人社局"}).status_code == 422
    assert sun.post("/unions/370202/agencies/new/", new).status_code == 302
    row = Agency.objects.get(name="市南区税务局")
    assert row.region_code == "370202"
    assert sun.post(f"{row.get_absolute_url()}edit/", new | {"phone": "0532-80000002"}).status_code == 302
    assert as_user(here.world, "zhou").post(f"{row.get_absolute_url()}end/").status_code == 403
    assert as_user(here.world, "feng").get(row.get_absolute_url()).status_code == 404
    assert sun.post(f"{here.kept['hr'].get_absolute_url()}end/").status_code == 422  # 马人社 still serves there
    assert sun.post(f"{row.get_absolute_url()}end/").status_code == 302
    sun.get("/agencies/")  # what was said about it is read
    assert "市南区税务局" not in sun.get("/agencies/").text


def test_people_of_departments_are_appointed_apart(here: Departments) -> None:
    wu = as_user(here.world, "wu")
    given = {"role": "agency", "who": "new", "username": "niu", "name": "牛司法", "since": "2026-11-01"}
    without = wu.post("/unions/370202/people/appoint/", given)
    assert without.status_code == 422 and "请选择" in without.text
    made = wu.post("/unions/370202/people/appoint/", given | {"agency": here.kept["justice"].pk})
    assert (
        made.status_code == 200 and Appointment.objects.filter(user__name="牛司法").get().agency.name == "市南区司法局"
    )
    mixed = {"role": "clerk", "who": "there", "person": "ma", "since": "2026-11-01"}
    answer = wu.post("/unions/370202/people/appoint/", mixed)
    assert answer.status_code == 422 and "不在工会任职" in answer.text
    assert (
        wu.post("/unions/370202/people/appoint/", mixed | {"person": "zheng", "agency": here.kept["hr"].pk}).status_code
        == 422
    )
    assert "市南区人社局协作部门人员" in wu.get("/unions/370202/people/").text


def test_every_kind_has_somebody_to_go_to_and_a_word_for_every_result() -> None:
    for kind in KINDS.values():
        assert kind.to and kind.results and kind.request and kind.must <= set(kind.materials)
        if kind.records and kind.records.when not in ("sent", "accepted"):
            assert kind.records.when in kind.results


def test_entering_needs_the_right(world: World) -> None:
    for name in ("zhou", "feng", "li"):
        with pytest.raises(Forbidden):
            agencies.enter(world.unions["370202"], {"kind": "hr", "name": "x"}, world.user(name), AT)
