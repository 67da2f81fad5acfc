"""一函两书 through real browsers: a clerk drafts, the approver signs, delivery and the answer are written down, the next letter follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from arrears.letters import paper
from arrears.letters.models import Letter, LetterState
from tests.arrears.desk.test_browser_spine import enter, follow, press
from tests.cast import World, a_case
from tests.readers import days_ago
from tests.unions.common.test_visual_language import violations

Open = Callable[..., Any]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def test_QD_6_2_from_the_first_word_to_the_answer(
    open_page: Open, problems: list[str], transactional_db: None, world: World, tmp_path: Path
) -> None:
    case = a_case(world)
    li = enter(open_page, "li")
    li.goto(f"{case.get_absolute_url()}?tab=letters")
    follow(li, "制发意见书")
    li.get_by_label("劳动法律监督员").fill("张三")
    li.get_by_label("调查日期").fill(days_ago(2))
    press(li, "保存并送审")
    li.get_by_text("请至少填写两人姓名").first.wait_for()
    assert "422" in problems.pop()
    li.get_by_label("劳动法律监督员").fill("张三、李四")
    press(li, "保存并送审")
    li.get_by_text("已送审，等待审批人签发").wait_for()
    assert li.get_by_role("button", name="批准签发").count() == 0

    wang = enter(open_page, "wang", width=390)
    wang.goto(Letter.objects.get().get_absolute_url())
    wang.get_by_text("你单位自").wait_for()
    press(wang, "批准签发")
    wang.get_by_text("文号已编定").wait_for()
    letter = Letter.objects.get()
    assert letter.state == LetterState.APPROVED
    assert violations(wang) == []
    with wang.expect_download() as arriving:
        wang.get_by_role("link", name="下载正式文书").click()
    arriving.value.save_as(tmp_path / "letter.docx")
    assert paper.digest((tmp_path / "letter.docx").read_bytes()) == letter.sha256

    li.reload()
    li.get_by_label("签收人").fill("赵收件")
    press(li, "登记送达")
    li.get_by_text("答复期限开始计算").wait_for()
    assert violations(li) == []
    Letter.objects.update(reply_due_at=timezone.now() - timedelta(days=1))
    li.goto("/letters/")
    li.get_by_role("cell", name="逾期未答复").wait_for()
    follow(li, str(letter.number))
    li.get_by_label("不改正，无正当理由").check()
    li.get_by_role("form", name="登记答复").get_by_label("情况").fill("来函称无力支付。")
    press(li, "登记答复")
    li.get_by_text("已登记答复").wait_for()
    assert li.get_by_role("link", name="下一步：建议书").count() == 0

    sun = enter(open_page, "sun")
    sun.goto(letter.get_absolute_url())
    follow(sun, "下一步：建议书")
    assert "无正当理由不予改正" in sun.get_by_label("查明的事实").input_value()
    assert sun.get_by_label("劳动法律监督员").input_value() == "张三、李四"
    press(sun, "保存草稿")
    sun.get_by_text("草稿已保存").wait_for()
    sun.get_by_text("市南区人力资源和社会保障局").first.wait_for()
    assert violations(sun) == []
