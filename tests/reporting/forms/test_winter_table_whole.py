"""One row of the Shandong table, all twenty-one columns, filled by people: a visit, a case, mediation, a penalty, the joint-punishment
list, a deposit and an emergency fund, each through the door that they use."""

from datetime import date

from arrears.cases import acts
from arrears.cases.models import ActKind, Outcome
from arrears.inspections.actions import inspections
from arrears.law.scope import Period, Scope
from reporting.forms.files import known
from reporting.forms.tabulate import tabulate
from tests.cast import AT, World, a_case
from tests.nets import a_deposit, a_fund, a_project, advanced
from tests.sanctioned import listed, order, penalty

CAMPAIGN = Period(date(2026, 11, 1), date(2026, 12, 31), date(2026, 12, 31))
ROW = [
    "1",
    "1",
    "100",
    "80",  # 排查检查
    "1",
    "1",
    "12",
    "12.00",  # 线索及案件
    "0",
    "3",
    "5.00",  # 解决
    "1",
    "9",
    "7.00",  # 未办结
    "1",
    "1",
    "0",  # 依法处置
    "1",  # 调解仲裁
    "3.00",
    "2.00",  # 兜底
    "1",  # 群体性
]


def test_SD_A_a_whole_row_from_what_people_did(world: World) -> None:
    case = a_case(world, nature="government", mass=True)
    project = a_project(case)
    facts = {
        "industry": "E",
        "on_project": True,
        "nature": "government",
        "project": project,
        "on": date(2026, 11, 17),
        "workers": 100,
        "migrants": 80,
    }
    inspections.record_inspection(world.unions["370202E0001"], case.employer, facts, world.user("he"), AT)
    acts.perform(case, ActKind.MEDIATION, date(2026, 11, 18), "分期付清", Outcome.AGREED, world.user("he"), AT)
    advanced(world, case, a_deposit(world, project), 30_000, workers=3)
    case.refresh_from_db()
    advanced(world, case, a_fund(world), 20_000)
    penalty(world, case, date(2026, 11, 18))
    order(world, case)
    listed(world, case)

    table = tabulate(known()["shandong-winter"], Scope(world.unions["370000"], CAMPAIGN))
    got = {line.stub.text: [figure.text for figure in line.figures] for line in table.lines}
    empty = ["0.00" if "." in one else "0" for one in ROW]
    assert got == {
        "工程建设领域": ROW,
        "其中：政府投资项目": ROW,
        "国企项目": empty,
        "其他项目": empty,
        "制造业": empty,
        "其他用人单位": empty,
        "合计": ROW,
    }
