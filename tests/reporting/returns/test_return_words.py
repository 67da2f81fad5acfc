"""The words beside the figures of a return: saved, kept while they are typed, never lost; 403 and 409 with them."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reporting.forms.files import FOLDER
from reporting.forms.models import FormEdition
from reporting.returns import opening, versions
from reporting.returns.models import Return, ReturnStage, ReturnVersion
from tests.cast import World, load, moment
from tests.qinghai import fresh, signed, the_return
from tests.readers import as_user
from unions.models import Stash

MONDAY = moment("2022-10-10 09:00")
SECTIONS = """
[[sections]]
heading = "主要做法"
hint = "本周采取的措施。"

[[sections]]
heading = "存在问题"
"""


@pytest.fixture
def report(qinghai_database: None, db: None) -> tuple[World, Return]:
    """A weekly return whose form wants words under two headings."""
    world = load()
    content = (FOLDER / "qinghai-weekly.toml").read_text("utf-8") + SECTIONS
    FormEdition.objects.create(
        key="qinghai-weekly",
        title="周报",
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        file="weekly.toml",
        office=world.unions["630000"],
        by=world.people["shengji"],
        uploaded_at=MONDAY,
        stage="active",
        decided_by=world.people["shengshen"],
        decided_at=MONDAY,
        active_from=date(2022, 10, 1),
    )
    opening.open_between(date(2022, 9, 30), date(2022, 10, 31), moment("2022-10-09 08:00"))
    return world, the_return("630100", "2022-W40")


def post(client: Client, row: Return, name: str, **data: Any) -> Any:
    return client.post(reverse(name, args=[row.pk]), {"seen": fresh(row).version} | data)


def test_words_are_saved_signed_and_read_above(report: tuple[World, Return]) -> None:
    world, row = report
    n0 = as_user(world, "n0")
    assert post(n0, row, "return-words", w0="走访 <b>12</b> 家\r\n第二行", w1="").status_code == 302
    assert fresh(row).texts == {"主要做法": "走访 <b>12</b> 家\n第二行"}
    assert post(n0, row, "return-words", w0="走访 <b>12</b> 家\r\n第二行", w1="").status_code == 302
    assert fresh(row).version == 1  # nothing changed, nothing written
    signed(world, row, MONDAY)
    page = as_user(world, "a0").get(row.get_absolute_url()).content.decode()
    assert "走访 &lt;b&gt;12&lt;/b&gt; 家" in page and "<b>12</b>" not in page


def test_words_stand_in_the_order_of_the_form(report: tuple[World, Return]) -> None:
    """Not in the order in which the database keeps the headings."""
    world, row = report
    post(as_user(world, "n0"), row, "return-words", w0="做法在前。", w1="问题在后。")
    signed(world, row, MONDAY)
    version = ReturnVersion.objects.get(report=row)
    upside_down = {"存在问题": "问题在后。", "主要做法": "做法在前。", "以前的标题": "旧版。"}
    said = versions.words_of(upside_down, versions.form_of_version(version))
    assert [heading for heading, _ in said] == ["主要做法", "存在问题", "以前的标题"]
    page = as_user(world, "a0").get(row.get_absolute_url()).content.decode()
    assert page.index("做法在前。") < page.index("问题在后。")


def test_what_is_typed_is_kept_and_comes_back(report: tuple[World, Return]) -> None:
    world, row = report
    n0 = as_user(world, "n0")
    assert post(n0, row, "return-autosave", w0="没写完", w1="").status_code == 200
    page = n0.get(row.get_absolute_url()).content.decode()
    assert "没写完" in page and "已恢复您填写、尚未保存的内容" in page
    refused = n0.post(reverse("return-move", args=[row.pk, "sign"]), {"seen": row.version})
    assert refused.status_code == 422 and "还没有保存" in refused.content.decode()
    assert post(n0, row, "return-words", w0="没写完", w1="").status_code == 302
    assert not Stash.objects.exists()


def test_a_stale_page_loses_no_word(report: tuple[World, Return]) -> None:
    world, row = report
    n0 = as_user(world, "n0")
    stale = post(n0, row, "return-words", seen=99, w0="写了很久的一段", w1="")
    assert stale.status_code == 409 and "写了很久的一段" in stale.content.decode()
    signed(world, row, MONDAY)
    gone = post(n0, row, "return-words", w0="写了很久的一段", w1="")
    assert gone.status_code == 409 and "写了很久的一段" in gone.content.decode()
    assert "没有保存，请复制留存" in gone.content.decode()


def test_too_many_words_and_strangers(report: tuple[World, Return]) -> None:
    world, row = report
    assert post(as_user(world, "n0"), row, "return-words", w0="字" * 4001, w1="").status_code == 422
    assert post(as_user(world, "o0"), row, "return-words", w0="x", w1="").status_code == 403
    assert post(as_user(world, "o0"), row, "return-autosave", w0="x", w1="").status_code == 403
    assert post(as_user(world, "n1"), row, "return-words", w0="x", w1="").status_code == 404
    assert fresh(row).texts == {} and fresh(row).stage == ReturnStage.OPEN
    assert not ReturnVersion.objects.exists()
