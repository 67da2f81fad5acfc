"""Net and case say the same, whatever people do in whatever order and however many at once; the table sums the same entries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.cases import ledger
from arrears.cases.models import Case, LedgerEntry
from arrears.law.scope import Period, Scope
from arrears.safety_nets import net_ledger
from arrears.safety_nets.actions import drawings, funds
from arrears.safety_nets.models import Drawing, DrawingKind, DrawingStage, NetEntry, NetEntryKind, SafetyNet
from arrears.safety_nets.rules import Outgo
from reporting.forms.files import known
from reporting.forms.tabulate import tabulate
from tests.arrears.cases.test_hostile_race import together
from tests.cast import AT, World, a_case, an_employer, load
from tests.nets import DAY, SEATS, a_deposit, a_fund, a_project, advanced, approved, asked, books_agree, put_in
from unions.common.refusals import Refused
from unions.log.audit import broken_links

K = NetEntryKind


# ---- random lives -------------------------------------------------------------------------------------------------------

nets = st.integers(0, 2)  # a deposit, the district's fund, the city's fund
cases = st.integers(0, 1)
money = st.sampled_from([Decimal(x) for x in ("0.01", "400", "9999.99", "30000", "60000")])
days = st.sampled_from([date(2026, 11, 1), date(2026, 11, 16), DAY, date(2026, 11, 20)])
which = st.integers(0, 9)

STEPS = st.one_of(
    st.tuples(st.just("ask"), nets, cases, money, days),
    st.tuples(st.just("ask notice"), cases, money),
    st.tuples(st.just("approve"), which),
    st.tuples(st.just("bank pays"), which, days),
    st.tuples(st.just("reverse"), which, days),
    st.tuples(st.just("recover"), which, money, days),
    st.tuples(st.just("put in"), nets, st.sampled_from([K.STORED, K.TOPPED_UP, K.GRANTED, K.ADJUSTED]), money, days),
    st.tuples(st.just("take out"), nets, st.sampled_from(list(DrawingKind)), money, days, which),
)


class Undo(Exception):
    pass


def _of(rows: Any, place: int) -> Any:
    found = list(rows.order_by("pk"))
    if not found:
        raise Refused("nothing there")
    return found[place % len(found)]


def take(world: World, books_here: list[SafetyNet], matters: list[Case], step: tuple[Any, ...]) -> None:
    match step:
        case ("ask", net, matter, amount, day):
            asked(world, matters[matter], books_here[net], amount, paid_on=day)
        case ("ask notice", matter, amount):
            asked(world, matters[matter], books_here[0], amount, paid_on=None)
        case ("approve", place):
            approved(world, _of(Drawing.objects.filter(stage=DrawingStage.REQUESTED), place))
        case ("bank pays", place, day):
            row = _of(Drawing.objects.filter(stage=DrawingStage.ISSUED), place)
            drawings.record_bank_payment(row, day, world.user("he"), AT)
        case ("reverse", place, day):
            entry = _of(LedgerEntry.objects.filter(kind="advanced"), place)
            ledger.reverse(entry, day, world.user("he"), AT, "记错")
        case ("recover", place, amount, day):
            row = _of(Drawing.objects.filter(stage=DrawingStage.DONE, net__kind="emergency", case__isnull=False), place)
            keeper = world.user(SEATS[row.net.union.code][0])
            funds.record_recovery(row, amount, day, "归还", keeper, AT)
        case ("put in", net, kind, amount, day):
            put_in(world, books_here[net], kind, amount, day)
        case ("take out", net, kind, amount, day, place):
            here = books_here[net]
            cancels = _of(here.entries.all(), place) if kind == DrawingKind.REVERSE else None
            outgo = Outgo(kind, day, "结余", amount, cancels)
            drawings.ask_outgo(here, outgo, world.user(SEATS[here.union.code][0]), AT)


@pytest.fixture
def stage(world: World) -> tuple[World, list[SafetyNet], list[Case]]:
    first, second = a_case(world), a_case(world, employer=an_employer("海风装饰"))
    deposit = a_deposit(world, a_project(first), stored=60_000)
    a_project(second, "海风大厦")
    here = [deposit, a_fund(world, amount=50_000), a_fund(world, "370200", 20_000)]
    return world, here, [first, second]


def play(stage: tuple[World, list[SafetyNet], list[Case]], steps: list[tuple[Any, ...]]) -> int:
    """How many steps were not refused."""
    world, here, matters = stage
    done = 0
    for step in steps:
        try:
            with transaction.atomic():
                take(world, here, matters, step)
                done += 1
        except Refused:
            pass
        books_agree()
    return done


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=16))
def test_SD_2_4c_net_and_case_say_the_same_in_any_life(stage: Any, steps: list[tuple[Any, ...]]) -> None:
    try:
        with transaction.atomic():
            play(stage, steps)
            assert list(broken_links()) == []
            raise Undo
    except Undo:
        pass


def test_the_game_moves_money(stage: Any) -> None:
    """The same player advances, recovers, tops up and reverses: the property is not about refusals alone."""
    steps = [
        ("ask", 1, 0, Decimal(400), DAY),
        ("approve", 0),
        ("ask notice", 0, Decimal(30000)),
        ("approve", 0),
        ("bank pays", 0, DAY),
        ("recover", 0, Decimal(400), DAY),
        ("put in", 0, K.TOPPED_UP, Decimal(30000), DAY),
        ("ask", 2, 1, Decimal("9999.99"), DAY),
        ("approve", 0),
        ("reverse", 2, DAY),
    ]
    assert play(stage, steps) == len(steps)
    _, (deposit, near, far), _ = stage
    assert [net_ledger.balance(one) for one in (deposit, near, far)] == [60_000, 50_000, 20_000]
    assert NetEntry.objects.filter(counts_as=K.ADVANCED).count() == 4


# ---- thirty at once -------------------------------------------------------------------------------------------------------


@pytest.fixture
def crowd(cast_database: None, transactional_db: None) -> World:
    return load()


def test_YK_2_3_thirty_draw_on_one_fund_at_once_and_it_never_stands_below_nothing(crowd: World) -> None:
    """Room for twelve: twelve go through, eighteen are told so, both books agree to the fen."""
    fund = a_fund(crowd, amount=1200)
    rows = []
    for number in range(30):
        case = a_case(crowd, employer=an_employer(f"海风{number}"))
        rows.append(asked(crowd, case, fund, 100))

    def draw(row: Drawing) -> Any:
        """What the fund shows changes with every other: whoever is told so looks again, as people do."""
        for _ in range(60):
            try:
                return approved(crowd, row)
            except Refused as refusal:
                if refusal.status != 409:
                    raise
        raise AssertionError("never got to the door")

    results = together(*[lambda row=row: draw(row) for row in rows])  # type: ignore[misc]
    refused = [one for one in results if isinstance(one, Exception)]
    assert len(refused) == 18 and all("余额" in str(one) for one in refused), refused
    assert net_ledger.balance(fund) == 0
    assert LedgerEntry.objects.filter(kind="advanced").count() == 12
    books_agree()
    assert list(broken_links()) == []


# ---- columns 19 and 20 of the Shandong table ------------------------------------------------------------------------------


def test_SD_2_4c_columns_19_and_20_are_the_same_entries(world: World) -> None:
    """By row of the table: a private project, a factory; a reversal and a recovery, other money, a day outside."""
    site = a_case(world)
    factory = a_case(world, employer=an_employer("海风食品", industry="C"), industry="C", on_project=False, nature="")
    deposit, fund = a_deposit(world, a_project(site)), a_fund(world)
    advanced(world, site, deposit, "30000.00", workers=3)
    advanced(world, site, fund, "20000.00")
    advanced(world, factory, fund, "12345.67", workers=1)
    mistaken = advanced(world, factory, fund, "5000.00")
    advanced(world, site, None, "7000.00")
    advanced(world, site, fund, "400.00", paid_on=date(2026, 11, 12))
    ledger.reverse(mistaken, DAY, world.user("he"), AT, "记错")
    row = Drawing.objects.get(case=factory, amount=Decimal("12345.67"))
    funds.record_recovery(row, Decimal(2345), DAY, "归还", world.user("sun"), AT)
    scope = Scope(world.unions["370000"], Period(date(2026, 11, 16), date(2026, 11, 30), date(2026, 11, 30)))
    table = tabulate(known()["shandong-winter"], scope)
    got = {line.stub.text: (line.figures[18].text, line.figures[19].text) for line in table.lines}
    assert got == {
        "工程建设领域": ("3.00", "2.00"),
        "其中：政府投资项目": ("0.00", "0.00"),
        "国企项目": ("0.00", "0.00"),
        "其他项目": ("3.00", "2.00"),
        "制造业": ("0.00", "1.23"),
        "其他用人单位": ("0.00", "0.00"),
        "合计": ("3.00", "3.23"),
    }
    of_net = -sum(
        entry.amount for entry in NetEntry.objects.filter(net=fund, counts_as=K.ADVANCED, on__gte=date(2026, 11, 16))
    )
    assert of_net == Decimal("32345.67")
