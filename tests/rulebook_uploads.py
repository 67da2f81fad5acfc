"""A rulebook of next year, brought in by the province's statistician and tried."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from arrears.law.editions import uploads
from arrears.law.models import RulebookUpload
from arrears.law.obligations import recompute
from arrears.law.rules.reader import RULEBOOK_FOLDER
from tests.cast import AT, PASSWORD, World
from unions.models import Event, User

BACKEND = "unions.people.backends.AppointmentBackend"
TODAY = date(2026, 11, 20)

RULEBOOK = """
key = "shandong-2027-1"
title = "关于做好2027年欠薪报告工作的通知"
issuer = "山东省总工会"
issued = 2026-12-20
first = 2027-01-01
attached_to = "370000"
region = "37"

[[clause]]
id = "N-1"
heading = "一 报告时限"
quotation = "各级工会应自发现之日起3个工作日内报告"
summary = "自发现起 3 个工作日。"

[[clause]]
id = "N-2"
heading = "二 门槛"
quotation = "涉及十二人以上的案件逐级上报"
summary = "12 人以上上报。"

[[threshold]]
name = "twelve"
clause = "N-2"
title = "十二人以上"
quotation = "涉及十二人以上的案件逐级上报"
effect = "逐级上报"
any = [{ workers_from = 12 }]

[[deadline]]
name = "report"
clause = "N-1"
title = "报告"
quotation = "各级工会应自发现之日起3个工作日内报告"
subject = "case"
holder = "各级工会"
starts = "accepted_on"
met_by = "escalated_on"
workdays = 3

[[return]]
name = "monthly"
clause = "N-1"
title = "月报"
quotation = "各级工会应自发现之日起3个工作日内报告"
form = "shandong-monthly-bulletin"
every = "month"
covers = "previous"
due = { workday = 5 }
senders = "city"
"""


def signed_in(client: Client, world: World, who: str) -> Client:
    client.force_login(world.user(who), backend=BACKEND)
    return client


def brought_in(world: World, content: str = RULEBOOK, **changes: Any) -> RulebookUpload:
    given: dict[str, Any] = {"notice_text": "", "since": TODAY - timedelta(365), "until": TODAY} | changes
    return uploads.bring_in(
        content,
        "new.toml",
        given["notice_text"],
        given["since"],
        given["until"],
        world.unions["370000"],
        world.user("shen"),
        AT,
    )


def tried(world: World, content: str = RULEBOOK, **changes: Any) -> RulebookUpload:
    upload = brought_in(world, content, **changes)
    uploads.JOB.work(upload.pk, lambda: AT)
    return RulebookUpload.objects.get(pk=upload.pk)


def recomputed(event: Event) -> int:
    """Have counted again, at once, what a rulebook's act changed: how many terms came, changed and fell."""
    kept = recompute.after_rulebook(event, event.at)
    return kept.new + kept.changed + kept.lifted


def activated(upload: RulebookUpload, by: User, at: datetime) -> RulebookUpload:
    """Put in force by `by`, who saw it as it stands."""
    seal = uploads.approval.seal(RulebookUpload.objects.get(pk=upload.pk), at)
    return uploads.approval.approve(upload, by=by, at=at, seal=seal)


def post(client: Client, content: bytes | str, **more: Any) -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    given = {"since": "2025-11-21", "until": "2026-11-20", "file": SimpleUploadedFile("new.toml", data)} | more
    return client.post(reverse("rulebook-upload"), given)


def enter(page: Any, who: str) -> None:
    page.goto("/sign-in/")
    page.fill("input[name=username]", who)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/*")


def still_in_force(world: World, key: str = "shandong-2023-18") -> None:
    """A notice of the province that has expired, put in force anew without its last day: what it asks, it asks today."""
    text = (RULEBOOK_FOLDER / f"{key}.toml").read_text("utf-8")
    activated(tried(world, re.sub(r"(?m)^last = .*\n", "", text, count=1)), world.user("yang"), AT)
