"""SD-2.1b/c, QP-4.3: inspection point by point, findings closed one by one, key targets and their rhythm."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from arrears.cases.models import Employer
from arrears.inspections.actions import inspections, key_targets
from arrears.inspections.actions.inspections import Shortcoming
from arrears.inspections.models import CheckPoint, Finding, Inspection, KeyTarget, TargetReason
from arrears.law.models import Obligation
from arrears.law.obligations.risk_classes import risk_classes
from tests.books import write_inspection
from tests.cast import AT, World, an_employer
from tests.readers import as_user, days_ago
from tests.warned import a_photo, a_signal
from unions.common.refusals import Forbidden, Refused, Stale
from unions.log import audit


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "union": "370202",
        "on": days_ago(2),
        "employer_name": "海风建设有限公司",
        "no_code": "unknown",
        "region_code": "370202",
        "industry": "E",
        "on_project": "on",
        "project_name": "滨海大道",
        "nature": "government",
        "workers": "80",
        "migrants": "60",
        "point_account": "yes",
        "point_real_name": "na",
        "point_board": "no",
        "detail_board": "没有维权告示牌",
        "due_board": days_ago(-5),
        "point_monthly": "no",
        "detail_monthly": "九月工资未发",
        "due_monthly": days_ago(-3),
    } | fields


def inspected(world: World) -> Inspection:
    answer = as_user(world, "sun").post(reverse("inspection-new"), typed())
    assert answer.status_code == 302, answer.content.decode()
    return Inspection.objects.get()


def test_SD_2_1b_each_point_is_checked_and_each_finding_closed_singly(world: World) -> None:
    visit = inspected(world)
    assert dict(visit.points.values_list("point", "answer")) == {
        "account": "yes",
        "real_name": "na",
        "board": "no",
        "monthly": "no",
    }
    board, monthly = visit.found.get(point=CheckPoint.BOARD), visit.found.get(point=CheckPoint.MONTHLY)
    sun = as_user(world, "sun")
    bare = sun.post(reverse("finding-close", args=[board.pk]), {"closed_on": days_ago(0)})
    assert bare.status_code == 422
    done = {"closed_on": days_ago(0), "closing": "已立牌，见照片"}
    assert sun.post(reverse("finding-close", args=[board.pk]), done).status_code == 302
    assert sun.post(reverse("finding-close", args=[board.pk]), done).status_code == 409
    monthly.refresh_from_db()
    assert monthly.closed_on is None
    page = sun.get(visit.get_absolute_url()).content.decode()
    assert "已立牌，见照片" in page and "待整改" in page
    open_ones = sun.get(reverse("findings")).content.decode()
    assert "九月工资未发" in open_ones and "没有维权告示牌" not in open_ones
    assert "没有维权告示牌" in sun.get(reverse("findings") + "?list=closed").content.decode()
    assert list(audit.broken_links()) == []


def test_SD_2_1b_a_finding_has_a_term_that_reminds(world: World) -> None:
    visit = inspected(world)
    finding = visit.found.get(point="monthly")
    term = Obligation.objects.get(subject=f"finding:{finding.pk}")
    assert (term.title, term.clause, term.holder) == ("督促整改：按月足额支付", "", visit.union), "SD-2.1b has expired"
    assert term.due_at is not None and timezone.localdate(term.due_at) == finding.due_on and term.is_open
    inspections.close_finding(finding, timezone.localdate(), "已补发", world.user("sun"), timezone.now())
    term.refresh_from_db()
    assert not term.is_open and not term.late(timezone.now())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"detail_board": ""}, "请写明问题"),
        ({"due_board": ""}, "请填写整改期限"),
        ({"due_board": days_ago(3)}, "整改期限不能早于检查日期"),
        ({"detail_other": "宿舍用电"}, "请填写整改期限"),
        ({"point_board": "maybe"}, "请从列表中选择"),
    ],
)
def test_a_shortcoming_says_what_and_by_when(world: World, wrong: dict[str, str], says: str) -> None:
    answer = as_user(world, "sun").post(reverse("inspection-new"), typed(**wrong))
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page and "九月工资未发" in page
    assert not Inspection.objects.exists() and not Finding.objects.exists()


def test_photos_are_kept_with_the_visit_and_a_false_one_costs_nothing(world: World) -> None:
    sun = as_user(world, "sun")
    false = typed(photos=[SimpleUploadedFile("页.png", b"<html>")])
    answer = sun.post(reverse("inspection-new"), false)
    assert answer.status_code == 422 and "不是可接受的证据文件" in answer.content.decode()
    assert not Inspection.objects.exists()
    sun.post(reverse("inspection-new"), typed(photos=[a_photo("大门.png"), a_photo("牌.png", b"1")]))
    assert [one.name for one in Inspection.objects.get().papers.all()] == ["大门.png", "牌.png"]


def test_a_correction_opens_no_finding_twice(world: World) -> None:
    visit, sun = inspected(world), as_user(world, "sun")
    url = reverse("inspection-edit", args=[visit.pk])
    page = sun.get(url).content.decode()
    assert 'value="没有维权告示牌"' in page
    assert (
        sun.post(
            url, typed(seen="1", point_contract="no", detail_contract="无合同", due_contract=days_ago(-9))
        ).status_code
        == 302
    )
    assert sorted(visit.found.values_list("point", flat=True)) == ["board", "contract", "monthly"]


def test_who_closes_a_finding(world: World) -> None:
    finding = inspected(world).found.first()
    assert finding is not None
    for name in ("zhou", "feng", "qian"):
        with pytest.raises(Forbidden):
            inspections.close_finding(finding, timezone.localdate(), "已整改", world.user(name), timezone.now())
    with pytest.raises(Refused, match="检查日期和今天之间"):
        inspections.close_finding(
            finding, timezone.localdate() - timedelta(days=9), "已整改", world.user("sun"), timezone.now()
        )


# Key targets -----------------------------------------------------------------------------------------------------------


def watch(world: World, employer: Employer, risk: str = "高风险", by: str = "sun", **more: Any) -> KeyTarget:
    return key_targets.add_key_target(
        world.unions["370202"],
        employer,
        more.get("project"),
        more.get("reasons", ["offender"]),
        "孙经办",
        risk,
        "",
        world.user(by),
        AT,
    )


def test_SD_2_1c_key_targets_have_reasons_a_responsible_person_and_a_shorter_rhythm(world: World) -> None:
    employer = an_employer()
    calm, grave = (watch(world, an_employer("平稳公司"), "低风险"), watch(world, employer, reasons=["estate", "soe"]))
    assert (calm.every_days, grave.every_days) == (180, 30)
    assert grave.reason_labels() == ["有风险的房地产企业", "国企项目"] and grave.responsible == "孙经办"
    assert grave.next_on(None) == date(2026, 12, 20)
    write_inspection(world, date(2026, 11, 25), 10, 5, employer)
    (row,) = key_targets.with_last_visit(KeyTarget.objects.filter(pk=grave.pk))
    assert row.next_on(key_targets.last_visit(row)) == date(2026, 12, 25)
    with pytest.raises(Refused, match="已在重点对象里"):
        watch(world, employer)
    with pytest.raises(Refused, match="至少选择一项列入原因"):
        watch(world, an_employer("无因公司"), reasons=[])


def test_QP_4_3_the_class_sets_the_rhythm_of_the_place(world: World) -> None:
    classes = risk_classes(world.unions["370202"], AT.date())
    assert [(one.label, one.every_days) for one in classes] == [("低风险", 180), ("中风险", 90), ("高风险", 30)]
    with pytest.raises(Refused, match="适用的风险类别"):
        watch(world, an_employer(), "特级")


def test_YK_1_2_employers_found_unpaid_or_complained_about_are_proposed(world: World) -> None:
    visit = inspected(world)
    complained = an_employer("被投诉公司")
    a_signal(world, complained, source="complaint", kind="complaint")
    a_signal(world, an_employer("欠税公司"))
    said = {row.name: reasons for row, reasons in key_targets.proposed_targets(world.unions["370202"])}
    assert said == {visit.employer.name: [TargetReason.UNPAID], "被投诉公司": [TargetReason.COMPLAINED]}
    page = as_user(world, "sun").get(reverse("key-targets")).content.decode()
    assert "应列未列" in page and "被投诉公司" in page
    watch(world, complained)
    assert [row.name for row, _ in key_targets.proposed_targets(world.unions["370202"])] == [visit.employer.name]


def test_a_key_target_is_entered_and_ended_in_the_browser(world: World) -> None:
    sun = as_user(world, "sun")
    fields = {
        "union": "370202",
        "employer_name": "海风建设有限公司",
        "region_code": "370202",
        "reasons": ["offender", "soe"],
        "risk": "中风险",
        "responsible": "孙经办",
        "project_name": "滨海大道",
    }
    bad = sun.post(reverse("key-target-new"), fields | {"risk": "", "responsible": ""})
    assert bad.status_code == 422 and "请选择风险类别" in bad.content.decode() and not KeyTarget.objects.exists()
    answer = sun.post(reverse("key-target-new"), fields)
    target = KeyTarget.objects.get()
    assert answer["Location"] == target.get_absolute_url() and str(target) == "滨海大道"
    assert sun.post(reverse("key-target-new"), fields).status_code == 422
    page = sun.get(target.get_absolute_url()).content.decode()
    assert "曾发生欠薪、国企项目" in page
    assert as_user(world, "feng").get(target.get_absolute_url()).status_code == 404
    key_targets.end_key_target(target, "竣工结清", world.user("sun"), AT)
    with pytest.raises(Stale):
        key_targets.end_key_target(target, "竣工结清", world.user("sun"), AT)
    assert not KeyTarget.objects.current().exists()


def test_the_lists_cost_the_same_however_long(world: World, django_assert_max_num_queries: Any) -> None:
    visit = write_inspection(world, date(2026, 11, 18), 10, 5, an_employer())
    for number in range(60):
        watch(world, an_employer(f"对象{number}号"))
        inspections.record_checklist(
            visit, {}, [Shortcoming("", f"问题{number}", date(2026, 12, 1))], world.user("sun"), AT
        )
    sun = as_user(world, "sun")
    with django_assert_max_num_queries(15):
        assert sun.get(reverse("key-targets")).content.decode().count('class="title-cell"') == 50
    with django_assert_max_num_queries(10):
        assert sun.get(reverse("findings")).content.decode().count('class="title-cell"') == 50
