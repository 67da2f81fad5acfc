"""The most frequent jobs: how many presses lead to their form, and how long filing takes from the desk to the number."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from tests.arrears.desk.test_browser_spine import enter
from tests.cast import World, a_case
from tests.clerk import Clerk
from tests.readers import days_ago

Open = Callable[..., Any]
# Seconds from the desk to the number; of them the machine may take for four pages; presses from the desk to a form.
FASTEST, THE_MACHINES, MOST_CLICKS = 60, 8, 3


def filed_by(page: Any, workers: str, amount: str, since: str) -> Clerk:
    """From the desk to the number, the employer filled in."""
    page.goto("/")
    clerk = Clerk(page)
    clerk.click(page.get_by_role("link", name="登记案件", exact=True).first)
    people = page.get_by_label("欠薪涉及人数")
    people.wait_for()
    clerk.write(people, workers)
    clerk.enter(people)
    migrants = page.get_by_label("其中农民工")
    clerk.write(migrants, workers)
    clerk.enter(migrants)
    money = page.get_by_label("欠薪金额")
    clerk.write(money, amount)
    clerk.enter(money)
    clerk.write(page.get_by_label("欠薪起始日期"), since)
    clerk.click(page.get_by_role("button", name="正式立案"))
    clerk.click(page.get_by_role("dialog").get_by_role("button", name="正式立案"))
    page.get_by_text("已正式立案，编号").wait_for()
    return clerk


def test_filing_takes_a_careful_clerk_a_minute(open_page: Open, world: World) -> None:
    a_case(world)
    li = enter(open_page, "li")
    filings = [filed_by(li, "12", "120000", days_ago(150)), filed_by(li, "3", "18500.50", days_ago(60))]
    filings.append(filed_by(li, "47", "365000", days_ago(90)))
    hers = statistics.median(one.seconds for one in filings)
    assert hers <= FASTEST - THE_MACHINES, [(one.clicks, one.fields, one.seconds) for one in filings]
    assert all(one.clicks <= 5 and one.fields == 4 for one in filings)


def test_three_presses_lead_from_the_desk_to_the_most_frequent_forms(open_page: Open, world: World) -> None:
    a_case(world, mass=True)
    he = enter(open_page, "he")
    ways = {
        "file": ([("link", "登记案件")], he.get_by_label("欠薪涉及人数")),
        "payment": ([("link", "海风建设有限公司"), ("link", "台账与职工")], he.get_by_role("form", name="登记台账")),
        "report": ([("link", "海风建设有限公司"), ("link", "上报与流转")], he.get_by_role("button", name="提出上报")),
    }
    for job, (presses, form) in ways.items():
        he.goto("/")
        clerk = Clerk(he)
        for role, name in presses:
            clerk.click(he.get_by_role(role, name=name).first)
        form.wait_for()
        assert clerk.clicks <= MOST_CLICKS, job
