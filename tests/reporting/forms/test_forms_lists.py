"""The lists of the notices: which rows, in which order, and every cell of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from openpyxl import load_workbook

from arrears.cases.models import Act, Employer, Project
from arrears.inspections.models import Finding
from arrears.law.scope import Period, Scope
from arrears.merging.models import Merger
from arrears.workers.models import Worker
from reporting.forms.figures import gather
from reporting.forms.files import FOLDER, known, read
from reporting.forms.thresholds import thresholds
from tests.books import Payment, write_case, write_inspection
from tests.cast import AT, World, an_employer, moment
from tests.rulebook_uploads import RULEBOOK, activated, tried
from unions.common.refusals import Refused

Q3 = (date(2023, 7, 1), date(2023, 9, 30))
YEAR_OWED = {"owed_from": date(2023, 1, 1), "owed_until": date(2023, 6, 30)}


def export(tmp_path: Path, *args: str) -> Any:
    out = tmp_path / "表.xlsx"
    call_command("export", *args, "--out", str(out))
    return load_workbook(out).worksheets[0]


def texts(ws: Any, row: int) -> list[Any]:
    return [cell.value for cell in ws[row]]


def listed(ws: Any, first: int) -> list[list[Any]]:
    rows = ([cell.value for cell in row] for row in ws.iter_rows(min_row=first))
    return [row for row in rows if isinstance(row[0], int)]


def quarterly(world: World, code: str = "370202") -> list[list[Any]]:
    scope = Scope(world.unions[code], Period(*Q3, Q3[1]))
    return [cells for _, cells in gather(known()["qingdao-quarterly"], scope).rows]


def names(world: World) -> list[tuple[Any, Any]]:
    """(单位, 判断) of every case listed."""
    return [(cells[1], cells[13]) for cells in quarterly(world)]


def test_QD_4_1c_a_case_at_the_threshold_with_all_of_QD_3(world: World, tmp_path: Path) -> None:
    write_case(
        world,
        date(2023, 8, 3),
        12,
        "123456.78",
        employer=an_employer("海风建设", address="香港中路 1 号"),
        owed_from=date(2023, 3, 1),
        owed_until=date(2023, 7, 31),
        condition="停产，账户被冻结",
        union_opinion="职代会要求先付农民工",
        repayment_plan="8 月底前付清，以设备抵押",
        payments=[Payment(date(2023, 9, 1), 2, Decimal("23456.78"))],
    )
    ws = export(tmp_path, "qingdao-quarterly", "--union", "370202", "--period", "2023Q3")
    assert ws["A1"].value == "欠薪情况季度汇总表"
    assert [text for text in texts(ws, 3) if text][:2] == ["填报单位（盖章）：市南区总工会", "2023年第3季度"]
    assert [text for text in texts(ws, 4) if text] == [
        "序号",
        "单位名称及地址",
        "涉及人数及金额",
        "欠薪起止日期",
        "欠薪发生数",
        "已处理数",
        "生产经营和财务状况",
        "单位工会（职代会）意见",
        "偿还计划和保证措施",
        "门槛",
    ]
    assert listed(ws, 6) == [
        [
            1,
            "海风建设，香港中路 1 号",
            12,
            0,
            12.35,
            "2023-03-01至2023-07-31",
            12,
            12.35,
            2,
            2.35,
            "停产，账户被冻结",
            "职代会要求先付农民工",
            "8 月底前付清，以设备抵押",
            "达到",
            "涉及12人，达到10人；金额123,456.78元，达到100,000元",
        ]
    ]


@pytest.mark.parametrize(
    ("workers", "amount", "months", "answer"),
    [
        (10, "100000.00", 1, "达到"),
        (10, "99999.99", 1, ""),
        (9, "100000.00", 1, ""),
        (1, "10000.00", 3, "达到"),
        (1, "9999.99", 3, ""),
        (1, "10000.00", 2, ""),
        (2, "10000.00", 3, "待核"),
        (2, "9999.99", 3, ""),
        (10, "50000.00", 3, "待核"),
    ],
)
def test_QD_4_1c_the_threshold_of_the_rulebook(
    world: World, workers: int, amount: str, months: int, answer: str
) -> None:
    write_case(
        world,
        date(2023, 8, 1),
        workers,
        amount,
        employer=an_employer("甲"),
        owed_from=date(2023, 1, 1),
        owed_until=date(2023, months, 31 if months != 2 else 28),
    )
    assert names(world) == ([("甲", answer)] if answer else [])


def _worker(world: World, case: Any, owed: int, last: date | None, at: str = "2023-08-02 09:00") -> Worker:
    return Worker.objects.create(
        case=case,
        name="某",
        owed=Decimal(owed),
        owed_from=date(2023, 1, 1),
        owed_until=last,
        added_by=world.people["li"],
        added_at=moment(at),
    )


def test_QD_4_1c_the_worker_list_settles_what_is_doubtful(world: World) -> None:
    facts = {"owed_from": date(2023, 1, 1), "owed_until": date(2023, 3, 31)}
    yes, no, open_ = (
        write_case(world, date(2023, 8, n), 2, "19000", employer=an_employer(name), **facts)
        for n, name in enumerate(("甲", "乙", "丙"), 1)
    )
    _worker(world, yes, 10000, date(2023, 3, 31))
    _worker(world, no, 9500, date(2023, 3, 31))
    _worker(world, no, 9500, date(2023, 3, 31))
    _worker(world, open_, 4000, date(2023, 3, 31))  # the other one may be owed 15,000
    assert names(world) == [("甲", "达到"), ("丙", "待核")]
    assert "职工名单不全" in quarterly(world)[1][14]


def test_the_worker_list_counts_as_it_stood(world: World) -> None:
    case = write_case(world, date(2023, 8, 1), 2, "19000", employer=an_employer("甲"), **YEAR_OWED)
    _worker(world, case, 10000, date(2023, 3, 31), at="2023-10-08 09:00")
    assert names(world) == [("甲", "待核")], "listed only after the quarter"
    gone = _worker(world, case, 10000, date(2023, 3, 31))
    assert names(world) == [("甲", "达到")]
    gone.removed_at = moment("2023-09-01 10:00")
    gone.save()
    assert names(world) == [("甲", "待核")], "taken off before the quarter ended"


def test_a_worker_whose_days_are_not_known_leaves_the_case_in_doubt(world: World) -> None:
    case = write_case(world, date(2023, 8, 1), 1, "19000", employer=an_employer("甲"), **YEAR_OWED)
    _worker(world, case, 19000, None)
    assert names(world) == [("甲", "达到")], "a case of one is that worker"
    two = write_case(world, date(2023, 8, 2), 2, "19000", employer=an_employer("乙"), **YEAR_OWED)
    _worker(world, two, 10000, None)
    assert names(world)[1] == ("乙", "待核")


def test_the_quarter_lists_new_cases_and_what_was_open_when_it_began(world: World) -> None:
    paid = [Payment(date(2023, 6, 20), 12, Decimal(120000))]
    write_case(world, date(2023, 2, 1), 12, "120000", employer=an_employer("上季未结"))
    write_case(
        world,
        date(2023, 2, 2),
        12,
        "120000",
        employer=an_employer("上季已结"),
        payments=paid,
        closed_on=date(2023, 6, 30),
    )
    write_case(
        world,
        date(2023, 2, 3),
        12,
        "120000",
        employer=an_employer("本季办结"),
        payments=paid,
        closed_on=date(2023, 7, 1),
    )
    write_case(world, date(2023, 8, 1), 12, "120000", employer=an_employer("本季受理"))
    write_case(world, date(2023, 10, 1), 12, "120000", employer=an_employer("下季受理"))
    write_case(world, date(2023, 8, 1), 12, "120000", employer=an_employer("线索"), clue=True)
    write_case(world, date(2023, 8, 1), 12, "120000", employer=an_employer("他区"), code="370203E0001")
    assert [name for name, _ in names(world)] == ["上季未结", "本季办结", "本季受理"]
    assert [cells[0] for cells in quarterly(world)] == [1, 2, 3]
    assert len(quarterly(world, "370200")) == 4


def test_a_case_merged_into_another_is_listed_until_that_day(world: World) -> None:
    remains, duplicate = (
        write_case(world, date(2023, 8, n), 12, "120000", employer=an_employer(name))
        for n, name in ((1, "甲"), (2, "甲公司"))
    )
    Merger.objects.create(
        duplicate=duplicate,
        into=remains,
        stage="merged",
        reason="同一件事",
        snapshot_hash="0" * 64,
        requested_by=world.people["sun"],
        requested_at=moment("2023-09-30 09:00"),
        merged_on=date(2023, 9, 30),
    )
    assert [name for name, _ in names(world)] == ["甲"]
    Merger.objects.update(merged_on=date(2023, 10, 1))
    assert [name for name, _ in names(world)] == ["甲", "甲公司"]


def test_a_later_payment_does_not_change_the_quarter(world: World) -> None:
    write_case(
        world,
        date(2023, 8, 1),
        12,
        "120000",
        employer=an_employer("甲"),
        payments=[Payment(date(2023, 10, 8), 12, Decimal(120000))],
        closed_on=date(2023, 10, 9),
    )
    (cells,) = quarterly(world)
    assert cells[8:10] == [0, Decimal("0.00")]


def test_a_clause_without_a_threshold_is_refused(world: World) -> None:
    text = (FOLDER / "qingdao-quarterly.toml").read_text(encoding="utf-8")
    form = read(text.replace('"QD-4.1c"', '"QD-9.9"'), "later")
    with pytest.raises(Refused, match=r"没有条款 QD-9\.9 的门槛"):
        gather(form, Scope(world.unions["370202"], Period(*Q3, Q3[1])))


def test_a_clause_of_the_same_id_in_another_notice_judges_nothing(world: World) -> None:
    """Twelve people whatever the sum: the province's notice calls its clause as the city calls its own."""
    activated(tried(world, RULEBOOK.replace('"N-2"', '"QD-4.1c"')), world.user("yang"), AT)
    [threshold] = thresholds(known()["qingdao-quarterly"], world.unions["370202"], AT.date())
    assert threshold.name == "district-summary"


def test_price_of_the_quarterly_list(world: World, django_assert_max_num_queries: Any) -> None:
    for n in range(1, 13):
        write_case(world, date(2023, 8, n), 2 + n, "120000", **YEAR_OWED)
    with django_assert_max_num_queries(16):
        assert len(quarterly(world)) == 12


# ---- 青海: the day --------------------------------------------------------------------------------------------------


def test_QH_3d_weekly_the_ledger_of_a_day(world: World, tmp_path: Path) -> None:
    day = date(2022, 10, 12)
    write_case(world, day, 12, "120000", employer=an_employer("甲建设"))
    write_case(
        world,
        date(2022, 9, 1),
        5,
        "50000",
        employer=an_employer("乙制造"),
        industry="C",
        on_project=False,
        payments=[Payment(day, 2, Decimal("20000.50"))],
    )
    write_case(
        world,
        date(2022, 9, 2),
        3,
        "3000",
        employer=an_employer("丙餐饮"),
        industry="H",
        on_project=False,
        payments=[Payment(date(2022, 10, 3), 1, Decimal(1000)), Payment(day, 2, Decimal(2000))],
        closed_on=day,
    )
    write_case(world, date(2022, 9, 3), 9, "90000", employer=an_employer("没有动静"))
    write_case(world, day, 9, "90000", employer=an_employer("不属欠薪"), dismissed_at=moment("2022-10-12 15:00"))
    write_case(
        world,
        date(2022, 9, 4),
        1,
        "100",
        employer=an_employer("昨天办结"),
        closed_on=date(2022, 10, 11),
        payments=[Payment(date(2022, 10, 11), 1, Decimal(100))],
    )
    ws = export(tmp_path, "qinghai-daily", "--union", "370000", "--period", "2022-10-12")
    assert "2022年10月12日" in texts(ws, 3)
    assert texts(ws, 4)[:6] == ["序号", "受理日期", "受理工会", "企业名称", "所属行业", "欠薪情况"]
    got = [[f"{row[1]:%m-%d}", *row[3:]] for row in listed(ws, 6)]
    assert got == [
        ["09-01", "乙制造", "制造业", 5, 5, 2, 2, 3, 3, "解决部分"],
        ["09-02", "丙餐饮", "住宿餐饮业", 3, 0.3, 2, 0.2, 0, 0, "全部解决、办结"],
        ["10-12", "甲建设", "建筑业", 12, 12, 0, 0, 12, 12, "新增"],
    ]


# ---- 青浦: publication ----------------------------------------------------------------------------------------------


def test_QP_3_3_employers_of_the_quarter_with_their_decisions(world: World, tmp_path: Path) -> None:
    first = an_employer("甲建设", uscc="91370202MA3C4X7Y1A")
    second = an_employer("=乙包工")
    Employer.objects.filter(pk=second.pk).update(no_code="contractor")
    july, august, june = date(2023, 7, 5), date(2023, 8, 9), date(2023, 6, 30)
    one = write_case(
        world,
        date(2023, 1, 1),
        10,
        "100000",
        employer=first,
        acts=[("penalty", july, "done"), ("listing", august, "done"), ("note", august, "done")],
    )
    write_case(world, date(2023, 1, 2), 5, "50000.55", employer=first, acts=[("police", july, "done")])
    write_case(world, date(2023, 1, 3), 7, "70000", employer=first)  # another of its cases, without a decision
    write_case(world, date(2023, 1, 4), 3, "3000", employer=second, acts=[("penalty", july, "done")])
    write_case(world, date(2023, 1, 5), 3, "3000", employer=an_employer("上季"), acts=[("penalty", june, "done")])
    Act.objects.filter(case=one, kind="penalty").update(detail="拖欠 10 人工资，责令支付逾期未付")
    ws = export(tmp_path, "qingpu-quarterly-publication", "--union", "370202", "--period", "2023Q3")
    got = [[*row[:5], f"{row[5]:%m-%d}", *row[6:]] for row in listed(ws, 5)]
    assert got == [
        [1, "=乙包工", "自然人（包工头）", None, "行政处理处罚（2023-07-05）", "07-05", 3, 0.3],
        [
            2,
            "甲建设",
            "91370202MA3C4X7Y1A",
            "拖欠 10 人工资，责令支付逾期未付",
            "行政处理处罚（2023-07-05）；移送公安机关（2023-07-05）；列入失信联合惩戒名单（2023-08-09）",
            "08-09",
            15,
            15,
        ],
    ]
    assert ws["B5"].data_type == "s" and ws["B5"].quotePrefix
    found = gather(known()["qingpu-quarterly-publication"], Scope(world.unions["370202"], Period(*Q3, Q3[1])))
    assert found.rows_are == "employer" and [pk for pk, _ in found.rows] == [second.pk, first.pk]


# ---- 营口: inspections ----------------------------------------------------------------------------------------------


def test_YK_1_2_inspections_of_a_month_every_cell(world: World, tmp_path: Path) -> None:
    builder, plant, inn = (
        an_employer("甲建设"),
        an_employer("乙制造", industry="C"),
        an_employer("丙餐饮", industry="H"),
    )
    dam = Project.objects.create(name="水库", employer=builder, nature="government")
    visit = write_inspection(world, date(2023, 8, 1), 100, 80, builder, nature="government", project=dam)
    write_inspection(world, date(2023, 8, 20), 90, 70, builder, nature="government", project=dam)
    write_inspection(world, date(2023, 8, 2), 37, 0, plant, industry="C", on_project=False)
    write_inspection(world, date(2023, 7, 31), 500, 0, inn, industry="H", on_project=False)  # the month before
    for detail in ("没有工资专用账户", "没有公示牌"):
        Finding.objects.create(
            inspection=visit,
            path=visit.path,
            detail=detail,
            due_on=date(2023, 9, 1),
            by=world.people["sun"],
            at=moment("2023-08-01 10:00"),
        )
    write_case(world, date(2023, 7, 1), 3, "30000", employer=plant, industry="C", on_project=False)  # complained before
    write_case(world, date(2023, 7, 1), 3, "1", employer=builder, dismissed_at=moment("2023-07-03 09:00"))
    write_case(world, date(2023, 8, 1), 4, "40000.5", employer=builder, nature="government")  # on the day of the visit
    write_case(world, date(2023, 8, 1), 5, "50000", employer=plant, industry="C", on_project=False)  # the day before it
    write_case(
        world, date(2023, 8, 9), 6, "60000", employer=inn, industry="H", on_project=False
    )  # not visited this month
    ws = export(tmp_path, "yingkou-monthly-inspection", "--union", "370000", "--period", "2023-08")
    got = {ws.cell(n, 1).value: texts(ws, n)[1:] for n in range(6, 10)}
    # visits, employers, key targets, projects, workers, migrants | with findings, cases after | accepted, people, money
    assert got == {
        "工程建设领域": [2, 1, 1, 1, 90, 70, 1, 1, 1, 4, 4],
        "制造业": [1, 1, 1, 0, 37, 0, 0, 0, 1, 8, 8],
        "其他用人单位": [0, 0, 0, 0, 0, 0, 0, 0, 1, 6, 6],
        "合计": [3, 2, 2, 1, 127, 70, 1, 1, 3, 18, 18],
    }


def test_an_empty_list_says_so(world: World, tmp_path: Path) -> None:
    ws = export(tmp_path, "qingpu-quarterly-publication", "--union", "370202", "--period", "2023Q3")
    assert ws["A5"].value == "这一期间没有应公布的用人单位。"


# ---- periods asked for ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "period", "sentence"),
    [
        ("qingdao-quarterly", "2023Q5", "期间“2023Q5”不对"),
        ("qingdao-quarterly", "2023-07", "按季度统计，期间“2023-07”不是一季度"),
        ("qinghai-weekly", "2022-W60", "期间“2022-W60”不对"),
        ("qinghai-daily", "2022-10-32", "期间“2022-10-32”不对"),
        ("qinghai-annex-2", "2022Q4", "是累计报表"),
        ("shandong-weekly-dispatch", "2099-W01", "还没有数据"),
    ],
)
def test_a_period_that_does_not_fit_says_so(
    world: World, tmp_path: Path, form: str, period: str, sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as refused:
        export(tmp_path, form, "--union", "370000", "--period", period)
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("key", "query", "shown"),
    [
        ("qinghai-weekly", "period=2022-W41", "2022年10月10日至2022年10月16日（第41周）"),
        ("qinghai-daily", "period=2022-10-12", "2022年10月12日"),
        ("qingdao-quarterly", "period=2023Q3", "2023年第3季度"),
        ("shandong-monthly-bulletin", "month=2023-12", "2023年12月"),
        ("qinghai-weekly", "from=2022-10-04&as_of=2022-10-05", "2022年10月4日至2022年10月5日"),
        ("qinghai-weekly", "", "2022年10月24日至2022年10月30日（第43周）"),
        ("qinghai-daily", "", "2022年10月31日"),
    ],
)
def test_pages_of_every_rhythm(client: Client, world: World, key: str, query: str, shown: str) -> None:
    client.force_login(world.user("shen"), backend="unions.people.backends.AppointmentBackend")
    answer = client.get(f"/forms/{key}/?{query}")
    assert answer.status_code == 200 and shown in answer.content.decode()


def test_a_figure_of_the_bulletin_opens_its_cases(client: Client, world: World) -> None:
    for n, closed in ((1, date(2023, 12, 9)), (2, None), (3, None)):
        write_case(
            world,
            date(2023, 12, n),
            1,
            "10000",
            employer=an_employer(f"单位{n}"),
            closed_on=closed,
            payments=[Payment(date(2023, 12, 8), 1, Decimal(10000))] if closed else (),
        )
    client.force_login(world.user("lv"), backend="unions.people.backends.AppointmentBackend")
    page = client.get("/forms/shandong-monthly-bulletin/?month=2023-12&union=370200").content.decode()
    assert "row=370202&amp;column=closing_rate" in page
    words = "/forms/shandong-monthly-bulletin/cell/?month=2023-12&union=370200&as_of=2023-12-31"
    rate = client.get(f"{words}&row=370202&column=closing_rate").content.decode()
    assert "1/3" in rate and "全部 3 条" in rate and "单位1" in rate and "已计" not in rate
    other = client.get(f"{words}&row=370203&column=closing_rate").content.decode()
    assert "—" in other and "100.0" not in other and "单位1" not in other
    for row in ("own", "all"):
        assert client.get(f"{words}&row={row}&column=cases_new").status_code == 200
    assert client.get(f"{words}&row=370299&column=cases_new").status_code == 404


@pytest.mark.parametrize("key", sorted(known()))
def test_every_form_opens_and_says_when_nothing_is_there(client: Client, world: World, key: str) -> None:
    client.force_login(world.user("shen"), backend="unions.people.backends.AppointmentBackend")
    page = client.get(f"/forms/{key}/").content.decode()
    assert known()[key].title in page
    if known()[key].is_list:
        assert "这一期间没有" in page
