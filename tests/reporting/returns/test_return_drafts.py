"""The words a return begins with, and the countdown: figures counted here by hand from a small world."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from arrears.cases.models import Case
from arrears.early_warning.models import WarningStanding
from arrears.law.models import Obligation
from arrears.law.rules.rates import Rate
from arrears.law.rules.reader import delivered_rulebooks
from arrears.law.scope import Period, Scope
from reporting.forms.countdown import countdown
from reporting.forms.files import FOLDER, FormError, known, read
from reporting.forms.shapes import DRAFT_NAMES
from reporting.returns import actions as life
from reporting.returns import bundles, editing, paper_docx, papers, versions
from reporting.returns.models import Return, ReturnVersion
from reporting.returns.wording import DRAFTS, drafts_of
from tests.books import Payment, write_case, write_inspection
from tests.cast import World, an_employer, moment
from tests.readers import as_user
from tests.warned import a_signal
from unions.models import Appointment
from unions.people.appointments import sync_rights
from unions.people.rights import RoleName

AT = moment("2024-01-02 09:30")
START, CUT = date(2023, 11, 16), date(2023, 12, 31)


def a_return(world: World, form: str, code: str, first: date, last: date, to: str = "省领导小组办公室") -> Return:
    unit = world.unions[code]
    return Return.objects.create(
        rulebook="x",
        rule=form,
        period=f"{last:%Y-%m}",
        union=unit,
        path=unit.path,
        receiver_name=to,
        clause="X",
        title=known()[form].title,
        form=form,
        first=first,
        last=last,
        due_at=AT,
        calendar_version="-",
        opened_at=AT,
        changed_at=AT,
    )


@pytest.fixture
def winter(world: World) -> World:
    """市南区: one closed, one open with half paid. 市北区: one open of 30 people, found before the campaign began."""
    write_case(
        world,
        date(2023, 11, 20),
        10,
        "100000",
        payments=[Payment(date(2023, 12, 1), 10, Decimal("100000"))],
        closed_on=date(2023, 12, 5),
    )
    write_case(
        world,
        date(2023, 12, 3),
        20,
        "200000",
        industry="C",
        on_project=False,
        nature="",
        payments=[Payment(date(2023, 12, 20), 10, Decimal("100000"))],
        employer=an_employer("宏图制造厂", industry="C"),
    )
    write_case(world, date(2023, 10, 8), 30, "3000000", code="370203E0001", employer=an_employer("海风建设有限公司"))
    write_inspection(world, date(2023, 11, 28), 40, 30, an_employer("远山机械厂"))
    return world


def texts(report: Return, day: date) -> dict[str, str]:
    return drafts_of(report, day)


def test_every_name_has_words_and_a_form_with_another_is_refused() -> None:
    assert DRAFTS.keys() == DRAFT_NAMES.keys()
    good = '[[sections]]\nheading = "一、总体情况"\ndraft = "campaign-overview"'
    text = _source("shandong-winter")
    assert good in text
    with pytest.raises(FormError, match="起草文字 poem 不认识") as fault:
        read(text.replace('draft = "campaign-overview"', 'draft = "poem"'), "shandong-winter")
    assert fault.value.line > 100


def _source(key: str) -> str:
    return (FOLDER / f"{key}.toml").read_text("utf-8")


def test_SD_R1_the_report_as_of_the_last_day_of_the_year(winter: World) -> None:
    said = texts(a_return(winter, "shandong-winter", "370200", START, CUT), CUT)
    assert list(said) == ["一、总体情况", "二、主要做法", "三、存在问题", "四、下步打算"]
    overview = said["一、总体情况"]
    assert "查实欠薪案件 3 件" in overview and "涉及 60 人、330.00 万元" in overview
    assert "已办结 1 件，解决 20 人、20.00 万元" in overview and "检查用人单位 1 户" in overview
    assert "尚未办结 2 件，涉及 40 人、310.00 万元" in said["三、存在问题"]
    assert "其他项目（1 件，30 人、300.00 万元）、制造业（1 件，10 人、10.00 万元）" in said["三、存在问题"]
    assert said["四、下步打算"] == (
        "距专项行动结束还有 40 天，尚有 2 件查实案件没有办结：市南区总工会 1 件、市北区总工会 1 件。"
    )


def test_SD_R1_words_follow_what_was_corrected_by_hand(winter: World) -> None:
    maker = _appoint(winter, "lv", "370200")
    report = a_return(winter, "shandong-winter", "370200", START, CUT)
    form = known()["shandong-winter"]
    row = next(n for n, stub in enumerate(form.rows) if stub.text == "其他用人单位")
    column = [c.measure for c in form.columns if c.measure].index("penalties")
    editing.correct(report, row, column, "7", "纸质台账", winter.user(maker), AT, seen=0)
    assert "行政处理处罚 7 件" in texts(report, CUT)["二、主要做法"]


def _appoint(world: World, name: str, code: str) -> str:
    user = world.people[name]
    Appointment.objects.create(user=user, union=world.unions[code], role=RoleName.STATISTICIAN, since=date(2020, 1, 1))
    sync_rights(user, timezone.localdate())
    return name


def test_SD_3_4_the_bulletin_ranks_and_is_written_as_docx_and_xlsx(winter: World) -> None:
    report = a_return(winter, "shandong-monthly-bulletin", "370200", date(2023, 12, 1), CUT, to="各市")
    assert "办结率 1/3" in texts(report, CUT)["一、总体进展"]
    assert "没有参加排名的单位" in texts(report, CUT)["二、各单位排名"]
    for _ in range(4):  # of the stock, so that there is enough to rank
        write_case(winter, date(2023, 10, 20), 1, "1", "370202", closed_on=date(2023, 11, 20))
        write_case(winter, date(2023, 10, 20), 1, "1", "370203")
    said = texts(report, CUT)
    assert "累计查实欠薪案件 11 件" in said["一、总体进展"] and "办结率 45.5%" in said["一、总体进展"]
    assert "本期查实 1 件，与上期持平（1 件）" in said["一、总体进展"]
    ranking = said["二、各单位排名"]
    assert "居首位的是市南区总工会（83.3%）" in ranking and "居末位的是市北区总工会（0.0%）" in ranking
    assert "低于平均办结率（45.5%）的有：市北区总工会" in ranking
    paper = papers.of_draft(report, CUT)
    document = Document(io.BytesIO(paper_docx.written(paper)))
    assert any("居首位的是市南区总工会" in line.text for line in document.paragraphs)
    rows = [[cell.text for cell in row.cells] for row in _widest(document).rows]
    assert [row[:2] for row in rows if row[1].isdigit()] == [["市南区总工会", "1"], ["市北区总工会", "2"]]
    ws = load_workbook(io.BytesIO(bundles.workbook_of(paper))).worksheets[0]
    ranked = [row[:2] for row in ws.iter_rows(values_only=True) if isinstance(row[1], int)]
    assert ranked == [("市南区总工会", 1), ("市北区总工会", 2)]


def test_SD_3_4_the_bulletin_is_a_circular_with_whom_it_goes_to_and_copies(winter: World) -> None:
    """主送 begins with the units of the table and may be written over; 抄送 and who printed it stand at the end."""
    report = a_return(winter, "shandong-monthly-bulletin", "370200", date(2023, 12, 1), CUT, to="各市")
    said = texts(report, CUT)
    assert said["主送"] == "市南区总工会、市北区总工会" and "抄送" not in said
    lines = _lines(report)
    assert "关于根治欠薪冬季专项行动进展情况的通报" in lines and "市南区总工会、市北区总工会：" in lines
    assert "主送" not in lines and not any(line.startswith("抄送") for line in lines)
    report.texts = {"主送": "各区（市）总工会", "抄送": "专项小组成员单位，各区（市）人民政府。"}
    lines = _lines(report)
    assert "各区（市）总工会：" in lines and "抄送：专项小组成员单位，各区（市）人民政府。" in lines
    assert lines.index("各区（市）总工会：") < lines.index("一、总体进展") < len(lines) - 2
    assert lines.index("抄送：专项小组成员单位，各区（市）人民政府。") > lines.index("四、下步要求")
    assert any(line.startswith("青岛市总工会") and line.endswith("印发") for line in lines)


def _lines(report: Return) -> list[str]:
    document = Document(io.BytesIO(paper_docx.written(papers.of_draft(report, CUT))))
    return [line.text for line in document.paragraphs]


def _widest(document: Any) -> Any:
    return max(document.tables, key=lambda table: len(table.columns))


def test_YK_1_2_the_monthly_inspection_speaks_of_visits_and_warnings(winter: World) -> None:
    first = date(2023, 11, 1)
    said = texts(a_return(winter, "yingkou-monthly-inspection", "370200", first, date(2023, 11, 30)), CUT)
    assert "2023年11月开展检查 1 次，检查用人单位 1 户" in said["一、检查情况"]
    assert "本期共受理线索、案件 1 件" in said["二、发现的问题"]
    assert "目前没有评定预警等级的用人单位" in said["三、欠薪风险和预警"]


# ---- QH-2c ----------------------------------------------------------------------------------------------------------------


def test_QH_2c_where_the_risk_is_compared_with_the_month_before(winter: World) -> None:
    write_case(winter, date(2023, 12, 9), 5, "5000", extreme=True)
    report = a_return(winter, "qinghai-risk-assessment", "370200", date(2023, 12, 1), CUT)
    said = texts(report, CUT)
    assert "新查实欠薪案件 2 件，涉及 25 人、20.50 万元" in said["一、总体情况"]
    assert "比上期增加 1 件（上期 1 件），上期涉及 10 人、10.00 万元" in said["一、总体情况"]
    assert "海风建设有限公司（" in said["二、重点领域和单位"] and "尚欠 300.00 万元" in said["二、重点领域和单位"]
    assert (
        "市南区总工会（2 件，15 人、10.50 万元）、市北区总工会（1 件，30 人、300.00 万元）"
        in said["二、重点领域和单位"]
    )
    assert "群体性、极端事件 1 起，比上期增加 1 起（上期 0 起）" in said["三、群体性、极端事件和超期事项"]


def test_QH_2c_terms_that_had_run_out_by_the_last_day(winter: World) -> None:
    case = Case.objects.get(employer__name="宏图制造厂")
    end = timezone.make_aware(datetime.combine(CUT + timedelta(days=1), time.min))
    for nth, (due, met) in enumerate(
        (
            (end - timedelta(seconds=1), None),
            (end - timedelta(days=3), end),
            (end - timedelta(days=3), end - timedelta(hours=1)),
            (end, None),
        )
    ):
        unit = winter.unions["370202"]
        Obligation.objects.create(
            subject=f"case:{case.pk}",
            rulebook="x",
            rule=f"r{nth}",
            case=case,
            holder=unit,
            path=unit.path,
            bearer="工会",
            clause="QH-1",
            title="三日内报告",
            started_at=AT,
            due_at=due,
            met_at=met,
            calendar_version="-",
            explanation="-",
        )
    report = a_return(winter, "qinghai-risk-assessment", "370200", date(2023, 12, 1), CUT)
    said = texts(report, CUT)["三、群体性、极端事件和超期事项"]
    assert "超过期限的办理事项 2 项，其中三日内报告 2 项" in said


def test_QH_2c_nothing_late_is_said_only_when_neither_duty_nor_return_is(winter: World) -> None:
    """Duties "at once" and returns that were not sent are late, too."""
    report = a_return(winter, "qinghai-risk-assessment", "370200", date(2023, 12, 1), CUT)
    end = timezone.make_aware(datetime.combine(CUT + timedelta(days=1), time.min))

    def said() -> str:
        return texts(report, CUT)["三、群体性、极端事件和超期事项"].splitlines()[-1]

    def owed(subject: str, rule: str, **facts: Any) -> None:
        unit = winter.unions["370202"]
        Obligation.objects.create(
            subject=subject,
            rulebook="x",
            rule=rule,
            holder=unit,
            path=unit.path,
            bearer="工会",
            clause="QH-1",
            calendar_version="-",
            explanation="-",
            started_at=end - timedelta(days=2),
            **facts,
        )

    nothing = "没有超过期限的办理事项，没有超过提醒时限的即办事项，没有逾期未报的报表"
    owed(report.stream, "own", title="报送本表", due_at=end - timedelta(hours=9))
    owed("case:1", "soon", title="通报人社", due_at=None, warn_at=end + timedelta(hours=1))
    owed(
        "case:2",
        "done",
        title="通报人社",
        due_at=None,
        warn_at=end - timedelta(days=1),
        met_at=end - timedelta(hours=1),
    )
    assert said() == f"截至2023年12月31日，{nothing}。"

    owed("case:3", "at-once", title="通报人社", due_at=None, warn_at=end - timedelta(days=1))
    owed("case:4", "at-once", title="即时上报", due_at=None, warn_at=None)
    assert nothing not in said() and "超过期限" not in said()
    assert "应即时办理、超过提醒时限仍未完成的事项 2 项，其中即时上报 1 项、通报人社 1 项" in said()

    owed("return:999", "monthly", title="报送月报（2023-11）", due_at=end - timedelta(days=20))
    assert said().endswith("；逾期未报的报表 1 份。")


def test_SD_1_nothing_verified_is_not_everything_closed(world: World) -> None:
    said = texts(a_return(world, "shandong-winter", "370200", START, CUT), CUT)
    assert said["四、下步打算"] == "距专项行动结束还有 40 天，没有查实的欠薪案件。"
    assert "没有查实后尚未办结的案件" in said["三、存在问题"]


def test_QH_2c_warnings_received_and_grades(world: World) -> None:
    employer = an_employer("停产纺织厂")
    a_signal(world, employer, by="sun", code="370202")
    row = WarningStanding.objects.get(union=world.unions["370202"], employer=employer)
    WarningStanding.objects.filter(pk=row.pk).update(level="红", rank=3)
    first = date(2026, 11, 1)
    report = a_return(world, "qinghai-risk-assessment", "370202", first, date(2026, 11, 30))
    said = texts(report, date(2026, 11, 20))["四、预警情况"]
    assert "收到预警信息 1 条，比上期增加 1 条（上期 0 条）" in said
    assert "红色 1 家（停产纺织厂），橙色 0 家" in said
    other = texts(a_return(world, "qinghai-risk-assessment", "370203", first, date(2026, 11, 30)), first)
    assert "停产纺织厂" not in other["四、预警情况"], "another district's employer"
    assert "目前没有评定预警等级的用人单位" in other["四、预警情况"], (
        "nobody was graded: that is not a grade below orange"
    )


def test_a_draft_stands_in_the_box_until_the_unit_has_written_and_is_signed_only_when_saved(winter: World) -> None:
    maker = winter.user(_appoint(winter, "lv", "370200"))
    report = a_return(winter, "shandong-winter", "370200", START, CUT)
    client = as_user(winter, "lv")
    before = client.get(report.get_absolute_url()).content.decode()
    assert "系统草拟，尚未保存" in before and "查实欠薪案件 3 件" in before
    hasty = client.post(f"{report.get_absolute_url()}moves/sign/", {"seen": "0"})
    assert hasty.status_code == 422 and "文字说明还没有保存" in hasty.content.decode()
    assert not ReturnVersion.objects.exists(), "what nobody has saved would not go with the signature"
    words = {f"w{n}": "" for n in range(4)} | {"w0": "我市情况如下。", "seen": "0"}
    assert client.post(f"{report.get_absolute_url()}words/", words).status_code == 302
    report.refresh_from_db()
    assert report.texts["一、总体情况"] == "我市情况如下。" and report.texts["四、下步打算"] == ""
    page = client.get(report.get_absolute_url()).content.decode()
    assert "系统草拟" not in page and "查实欠薪案件 3 件" not in page, "emptied, a heading stays empty"
    signed = life.move(report, "sign", maker, AT, seen=report.version, reason="属实。")
    assert ReturnVersion.objects.get(report=signed).texts["一、总体情况"] == "我市情况如下。"


# ---- every form, cell by cell -------------------------------------------------------------------------------------------

FORMS = sorted(
    {rule.form for book in delivered_rulebooks().values() for rule in (*book.returns, *book.routines) if rule.form}
)
CLOSING = ("cases_verified_to_date", "cases_closed_to_date")
SCALES = {"万元": (Decimal(10_000), 2), "万人": (Decimal(10_000), 4), "元": (Decimal(1), 2), "%": (Decimal(1), 1)}


@pytest.mark.parametrize("key", FORMS)
def test_the_workbook_of_every_form_holds_the_frozen_cells(winter: World, key: str) -> None:
    maker = winter.user(_appoint(winter, "lv", "370200"))
    report = a_return(winter, key, "370200", date(2023, 12, 1), CUT)
    life.move(report, "sign", maker, AT, seen=0, reason="属实。")
    version = ReturnVersion.objects.get(report=report)
    form = versions.form_of_version(version)
    ws = load_workbook(io.BytesIO(bundles.workbook_of(papers.of_version(version)))).worksheets[0]
    body = [list(row) for row in ws.iter_rows(values_only=True)]
    if form.is_list:
        for cells in version.cells["rows"]:
            assert any([_said(cell) for cell in row] == [_said(cell) for cell in cells] for row in body)
        return
    columns = [column for column in form.columns if column.measure]
    names = [stub.text for stub in versions.stubs_of(version, form)]
    for name, line in zip(names, version.cells["lines"], strict=True):
        row = next(row for row in body if row[0] == name)
        printed = dict(zip(columns, row[len(row) - len(columns) :], strict=True))
        for raw, column in zip(line, columns, strict=True):
            if column.unit == "%":
                of, met = (int(line[columns.index(part)]) for part in columns if part.measure in CLOSING)
                assert str(printed[column]) == str(Rate(met, of).cell(1))
            else:
                assert Decimal(str(printed[column])) == _rounded(raw, column.unit)


def _said(cell: Any) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, datetime):
        return str(cell.date())
    try:
        return str(Decimal(str(cell)).normalize())
    except ArithmeticError:
        return str(cell)


def _rounded(raw: str, unit: str) -> Decimal:
    scale, places = SCALES.get(unit, (Decimal(1), 0))
    return (Decimal(raw) / scale).quantize(Decimal(1).scaleb(-places), "ROUND_HALF_UP")


# ---- SD-1 -----------------------------------------------------------------------------------------------------------------


def test_SD_1_the_countdown_tells_each_union_what_is_left_and_opens_the_cases(winter: World) -> None:
    form, scope = known()["shandong-winter"], Scope(winter.unions["370200"], Period(START, CUT, CUT))
    found = countdown(form, scope)
    assert found.days == 40
    told = [(one.stub.text, *(int(figure.raw) for figure in one.figures)) for one in (*found.units, found.whole)]
    assert told == [
        ("市南区总工会", 2, 1, 1, 10, 100000),
        ("市北区总工会", 1, 0, 1, 30, 3000000),
        ("合计", 3, 1, 2, 40, 3100000),
    ]
    client = as_user(winter, "lv")
    page = client.get("/forms/shandong-winter/", {"union": "370200", "from": str(START), "as_of": str(CUT)})
    text = page.content.decode()
    assert "动态清零倒计时" in text and "<strong>40</strong> 天" in text
    url = next(
        part.split('"')[0] for part in text.split('href="') if "row=370203&amp;column=cases_unclosed" in part[:300]
    )
    cell = client.get(url.replace("&amp;", "&")).content.decode()
    assert "海风建设有限公司" in cell and "宏图制造厂" not in cell


def test_SD_1_a_union_that_has_closed_everything_is_cleared_and_the_end_is_said(winter: World, client: Client) -> None:
    late = date(2024, 2, 20)
    form = known()["shandong-winter"]
    scope = Scope(winter.unions["370203"], Period(START, late, late))
    assert countdown(form, scope).days == 0 and not countdown(form, scope).whole.cleared
    page = as_user(winter, "lv").get("/forms/shandong-weekly-dispatch/", {"union": "370200"})
    assert "动态清零倒计时" not in page.content.decode(), "a week's table has no countdown of its own"
