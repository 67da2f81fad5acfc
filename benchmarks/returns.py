"""Returns of a province of 200,000 unions: opening a quarter for all of them, freezing a city's, adding up sixteen, the pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from arrears.law.calendar import calendar_at
from arrears.law.models import Obligation
from arrears.law.rules.reader import parse_rulebook
from arrears.law.rules.schedule import schedule
from benchmarks.cases import _get
from benchmarks.clock import once, peak_megabytes, repeated, shown
from benchmarks.unions import rows
from reporting.demo.bulk import fill_up
from reporting.returns import actions, collection, freezing, opening, recomputing
from reporting.returns.checking import Checked
from reporting.returns.filling import fill
from reporting.returns.gaps import LedgerComparison
from reporting.returns.models import Return, ReturnStage
from reporting.returns.schedule import FallingDue
from unions.common.pg_copy import copy_rows
from unions.models import Appointment, Placement, Union, UnionKind, User
from unions.people.appointments import sync_rights
from unions.tree.actions import reserve_ids

CASES, ELSEWHERE = 20_000, 1_000  # in the first city, and in each of the others
CITY_FORMS = {"table": "shandong-winter", "list": "qinghai-annex-1"}
RULEBOOK = """
key = "everybody-quarterly"
title = "测速用：各级工会每季度报告"
issuer = "测速"
number = "测速"
issued = 2026-01-01
first = 2026-01-01
attached_to = "370000"
region = "37"

[[clause]]
id = "B-1"
heading = "一"
quotation = "各级工会每季度报告"
summary = "每季度最后一个工作日前报送。"
"""
RULE = """
[[return]]
name = "{name}"
clause = "B-1"
title = "{name}"
quotation = "各级工会每季度报告"
form = "{form}"
every = "quarter"
due = {{ last_workday = true }}
senders = {senders}
receiver = "上级工会"
"""
# Entry of the rulebook → who sends it, in which form.
SENDERS = {
    "places": ('["district", "township"]', "qingdao-quarterly"),
    "enterprises": ('["enterprise"]', "qinghai-annex-2"),
}
QUARTER, NOW = (date(2026, 10, 1), date(2026, 12, 31)), "2026-11-20T09:00:00+08:00"


def measure() -> Iterator[tuple[str, str]]:
    at = datetime.fromisoformat(NOW)
    seconds = once(_unions)
    province = Union.objects.get(code="370000")
    yield f"{Union.objects.count():,} unions by COPY", f"{seconds:.1f} s"
    yield from _opened(province, at)
    yield from _frozen(province, at)
    yield from _added_up(province, at)
    yield from _pages(province)


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _unions() -> None:
    """The tree of `benchmarks.unions`, straight into its tables, with somebody at every tenth district to file and approve."""
    kinds = {kind.label: kind.value for kind in UnionKind}
    listed = list(rows())
    ids = dict(zip((row[0] for row in listed), reserve_ids(len(listed)), strict=True))
    paths: dict[str, str] = {}
    made = []
    for code, name, kind, above, region, since in listed:
        paths[code] = f"{paths.get(above, '')}{ids[code]}."
        depth = paths[code].count(".") - 1
        made.append(
            [
                ids[code],
                code,
                name,
                kinds[kind],
                ids.get(above),
                paths[code],
                depth,
                region,
                "",
                "",
                since or date(1950, 1, 1),
            ]
        )
    names = [
        "id",
        "code",
        "name",
        "kind",
        "parent_id",
        "path",
        "depth",
        "region_code",
        "duty_officer",
        "duty_phone",
        "valid_from",
    ]
    copy_rows(Union, names, made)
    copy_rows(Placement, ["union_id", "path", "since"], ([row[0], row[5], row[10]] for row in made))
    _analyze()
    _people()


def _people() -> None:
    """An officer and an approver at the first district of each city, a statistician and an approver at the province."""
    seats = [(f"37{city:02}01", role) for city in range(1, 17) for role in ("officer", "approver")]
    for code, role in [*seats, ("370000", "statistician"), ("370000", "approver")]:
        user = User.objects.create_user(f"{role}-{code}", "a-good-long-password", name=f"{code}{role}")
        Appointment.objects.create(user=user, union=Union.objects.get(code=code), role=role, since=date(2026, 1, 1))
        sync_rights(user, date(2026, 11, 20))


# ---- opening --------------------------------------------------------------------------------------------------------


def _opened(province: Any, at: datetime) -> Iterator[tuple[str, str]]:
    rules = "".join(RULE.format(name=name, senders=kinds, form=form) for name, (kinds, form) in SENDERS.items())
    book, calendar = parse_rulebook(RULEBOOK + rules, "bench"), calendar_at()
    for one in schedule(book, *QUARTER, calendar):
        wanted = FallingDue(province.pk, province.path, book, one, calendar)
        seconds = once(lambda wanted=wanted: opening.open_one(wanted, at))  # type: ignore[misc]
        count = Return.objects.filter(rule=one.rule.name).count()
        yield (
            f"a quarter opened for {count:,} {one.rule.name}",
            f"{seconds:.1f} s，{count / seconds:,.0f} /s，peak {peak_megabytes():.0f} MB",
        )
        _analyze()
        seconds = once(lambda wanted=wanted: opening.open_one(wanted, at))  # type: ignore[misc]
        yield "  the next hour, all there", f"{seconds:.2f} s"
    assert Obligation.objects.count() == Return.objects.count()


# ---- freezing -------------------------------------------------------------------------------------------------------


def _report(union: Any, receiver: Any, form: str, at: datetime, compiles: bool = False) -> Any:
    return Return.objects.create(
        rulebook="everybody-quarterly",
        rule=form,
        period="2026Q4",
        union=union,
        path=union.path,
        receiver=receiver,
        clause="B-1",
        title=form,
        form=form,
        first=date(2024, 1, 1),
        last=QUARTER[1],
        due_at=at + timedelta(days=30),
        explanation="",
        calendar_version="x",
        opened_at=at,
        changed_at=at,
        compiles=compiles,
    )


def _frozen(province: Any, at: datetime) -> Iterator[tuple[str, str]]:
    city, by = Union.objects.get(code="370100"), User.objects.get(username="statistician-370000")
    fill_up(CASES, city, at.date(), at)
    _analyze()
    for kind, form in CITY_FORMS.items():
        report = _report(city, province, form, at)
        yield (f"a {kind} of {CASES:,} cases filled", f"{once(partial(fill, report, at.date())):.2f} s")
        seconds = once(lambda report=report: _sign(report, by, at))  # type: ignore[misc]
        version = report.versions.get()
        yield "  signed: filled, frozen, computed again", f"{seconds:.2f} s"
        yield "  computed again from the frozen rows", f"{once(partial(recomputing.recomputed, version)):.2f} s"
        assert actions.signed_version(report).pk == version.pk


def _sign(report: Any, by: Any, at: datetime) -> None:
    filled = fill(report, at.date())
    version = freezing.freeze(
        report,
        filled,
        1,
        nil=False,
        checked=Checked([], ""),
        reason="",
        by=by,
        acting_for=None,
        rulebook_digest="",
        at=at,
    )
    assert recomputing.recomputed(version) == version.cells
    type(report).objects.filter(pk=report.pk).update(stage=ReturnStage.SIGNED)


# ---- adding up ------------------------------------------------------------------------------------------------------


def _added_up(province: Any, at: datetime) -> Iterator[tuple[str, str]]:
    by, second = (User.objects.get(username=f"{role}-370000") for role in ("statistician", "approver"))
    form = CITY_FORMS["table"]
    for nth in range(2, 17):
        city = Union.objects.get(code=f"37{nth:02}00")
        fill_up(CASES + ELSEWHERE * (nth - 1), city, at.date(), at)
        with transaction.atomic():
            _sign(_report(city, province, form, at), by, at)
    for report in Return.objects.filter(rule=form):
        version = actions.signed_version(report)
        version.approved_by, version.approved_at = second, at
        version.save()
        Return.objects.filter(pk=report.pk).update(stage="submitted", current=version, submitted_at=at)
    _analyze()
    own = _report(province, None, form, at, compiles=True)
    sign = partial(actions.move, own, "sign", by, at, seen=0, reason="已核对。")
    yield f"a province adds up 16 cities of {CASES + 15 * ELSEWHERE:,} cases and signs", f"{once(sign):.2f} s"
    found = collection.collection_of(province, own.rulebook, form, own.period, at)
    assert found is not None and len(found.expected) == 16
    summed = found.summed()
    yield ("  the sum beside the books, nothing differs", f"{once(LedgerComparison(summed, at.date()).gaps):.2f} s")


# ---- pages ----------------------------------------------------------------------------------------------------------


def _pages(province: Any) -> Iterator[tuple[str, str]]:
    client = Client()
    client.force_login(
        User.objects.get(username="statistician-370000"), backend="unions.people.backends.AppointmentBackend"
    )
    form = CITY_FORMS["table"]
    own = Return.objects.get(union=province, rule=form)
    key = [province.code, own.rulebook, form, own.period]
    town = Return.objects.filter(rule="enterprises").order_by("pk").values_list("receiver__code", flat=True)[0]
    pages = {
        "collection: 16 cities, what was sent": reverse("collection", args=key),
        "collection: the difference to the books": f"{reverse('collection', args=key)}?show=gap",
        "collection of a district, 138 enterprises": reverse(
            "collection", args=[town, own.rulebook, "enterprises", own.period]
        ),
        "collections of the province itself": reverse("collections"),
        "collections of all below": f"{reverse('collections')}?list=all",
        "returns of the province": reverse("returns"),
        "one return": own.get_absolute_url(),
    }
    for name, url in pages.items():
        yield name, shown(repeated(partial(_get, client, url), 5))
