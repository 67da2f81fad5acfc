"""Worker lists of the demo: invented people whose shares add up to what the case states."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from arrears.workers import actions as workers
from arrears.workers.actions import WorkerFacts
from reporting.demo.life import Life
from unions.common.encrypted_fields import Private
from unions.people.rights import RoleName

LONGEST = 60  # people; larger crews have no list yet
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何林高罗"
_GIVEN = ("建国", "秀英", "志强", "海燕", "文博", "桂兰", "国庆", "玉梅", "永福", "春生", "大勇", "小芳")
_JOBS = ("木工班", "钢筋班", "瓦工班", "架子班", "水电班", "杂工")


def list_workers(life: Life) -> None:
    """Enter the list of the case as its officer would, by dice of its own: the rest of the demo stays as it is."""
    case, chance = life.case, Random(life.case.pk)
    people = case.stated_workers
    if not 0 < people <= LONGEST:
        return
    share = (case.stated_amount / people).quantize(Decimal("0.01"))
    shares = [share] * (people - 1) + [case.stated_amount - share * (people - 1)]
    rows = [
        WorkerFacts(
            Private(chance.choice(_SURNAMES) + chance.choice(_GIVEN)),
            owed,
            Private(f"139{case.pk % 10**5:05d}{n:03d}"),
            job=chance.choice(_JOBS) if case.on_project else "",
            migrant=n < case.stated_migrants,
            owed_from=case.owed_from,
            owed_until=case.owed_until,
        )
        for n, owed in enumerate(shares)
    ]
    workers.add_workers(case, rows, life.at_desk(RoleName.OFFICER), life.at)
    case.refresh_from_db()
