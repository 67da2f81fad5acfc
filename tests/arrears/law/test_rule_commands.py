"""The commands `schedule`, `workdays` and `thresholds`: what they print, and how they refuse."""

import io
import json
import os
import subprocess
import sys
from datetime import date

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from arrears.law.models import Holiday
from tests.cast import AT, World


def run(*argv: str) -> str:
    out = io.StringIO()
    call_command(*argv, stdout=out)
    return out.getvalue()


def refused(*argv: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as refusal:
        run(*argv)
    return refusal.value.returncode, str(refusal.value)


@pytest.mark.django_db
def test_schedule_prints_json() -> None:
    said = json.loads(run("schedule", "qinghai-2022-41", "--from", "2022-10-08", "--to", "2022-10-08", "--json"))
    assert said == [
        {
            "clause": "QH-3d-weekly",
            "form": "qinghai-weekly",
            "period": "2022-W39",
            "due_at": "2022-10-08T16:00:00+08:00",
        }
    ]


@pytest.mark.django_db
def test_schedule_speaks_chinese() -> None:
    said = run("schedule", "shandong-2023-18", "--from", "2024-01-03", "--to", "2024-01-03")
    assert "应报 1 次" in said and "SD-R1" in said
    assert "没有应报的报表" in run("schedule", "shandong-2023-18", "--from", "2025-01-03", "--to", "2025-01-03")


@pytest.mark.django_db
def test_workdays_prints_json() -> None:
    assert json.loads(run("workdays", "add", "2025-08-28", "5", "--json")) == {
        "date": "2025-09-04",
        "explanation": "8月28日（周四）起，+5个工作日，跳过 8/30、8/31 → 9月4日",
        "provisional": False,
    }
    between = json.loads(run("workdays", "between", "2022-09-28", "2022-10-12", "--json"))
    assert (between["date"], between["days"]) == ("2022-10-12", 7)
    assert json.loads(run("workdays", "last-of-quarter", "2023Q3", "--json"))["date"] == "2023-09-28"
    assert json.loads(run("workdays", "add", "2027-09-30", "1", "--json"))["provisional"]
    assert run("workdays", "between", "2022-09-28", "2022-10-12").startswith("7 个工作日")


def test_workdays_reads_the_provinces_table(world: World) -> None:
    Holiday.objects.create(
        day=date(2025, 9, 4),
        kind="off",
        name="特别放假",
        notice="补充通知",
        entered_by=world.user("shen"),
        entered_at=AT,
    )
    assert json.loads(run("workdays", "add", "2025-08-28", "5", "--json"))["date"] == "2025-09-05"


@pytest.mark.django_db
def test_thresholds_prints_json() -> None:
    facts = '{"workers":10,"amount":"100000","months":3, "extreme":false, "mass":false, "escalation_signs":false}'
    said = json.loads(run("thresholds", "--rulebook", "qingdao-2021", "--facts", facts, "--json"))
    assert [one["clause"] for one in said["triggered"]] == ["QD-4.1c"]
    assert set(said["triggered"][0]) == {"clause", "why", "effect"}
    assert said["unclear"] == []
    assert said["crime"]["state"] == "unset"
    several = json.loads(
        run("thresholds", "--rulebook", "qingdao-2021", "--facts", '{"workers":5,"amount":0.1e6,"months":3}', "--json")
    )
    assert (several["triggered"], [one["clause"] for one in several["unclear"]]) == ([], ["QD-4.1c"])
    said = json.loads(run("thresholds", "--rulebook", "yingkou-2018-2", "--facts", facts, "--json"))
    assert (said["crime"]["clause"], said["crime"]["state"]) == ("YK-2.4", "yes")


@pytest.mark.django_db
def test_thresholds_speaks_chinese() -> None:
    said = run("thresholds", "--rulebook", "qinghai-2022-41", "--facts", '{"workers":50}')
    assert "达到  QH-3d-50" in said
    assert "没有达到任何门槛" in run("thresholds", "--rulebook", "qinghai-2022-41", "--facts", '{"workers":49}')


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("argv", "code", "reason"),
    [
        (["schedule", "nowhere", "--from", "2022-10-01", "--to", "2022-10-02"], 2, "没有规则“nowhere”"),
        (["schedule", "qingdao-2021", "--from", "2022-10-02", "--to", "2022-10-01"], 1, "早于起日"),
        (["schedule", "qingdao-2021", "--from", "2022-02-30", "--to", "2022-10-01"], 2, "不是日期"),
        (["schedule", "qingdao-2021", "--from", "2022-02-01"], 2, "缺少 --to"),
        (["workdays"], 2, "缺少"),
        (["workdays", "add", "2022-10-01", "0"], 1, "1 至 5000"),
        (["workdays", "add", "2022-10-01", "five"], 2, "不是整数"),
        (["workdays", "add", "9999-12-31", "1"], 1, "日期超出日历范围"),
        (["workdays", "last-of-quarter", "2023Q5"], 2, "不是季度"),
        (["workdays", "last-of-quarter", "0001Q1"], 1, "1950 年至 2100 年"),
        (["workdays", "between", "2022-10-02", "2022-10-01"], 1, "早于起日"),
        (["thresholds", "--rulebook", "qingdao-2021", "--facts", "ten"], 2, "不是合格的 JSON"),
        (["thresholds", "--rulebook", "qingdao-2021", "--facts", "[]"], 2, "JSON 对象"),
        (["thresholds", "--rulebook", "qingdao-2021", "--facts", '{"workers":-1}'], 1, "“workers”"),
        (["thresholds", "--rulebook", "nowhere", "--facts", "{}"], 2, "没有规则"),
    ],
)
def test_refusals_tell_wrong_usage_from_a_reason(argv: list[str], code: int, reason: str) -> None:
    assert refused(*argv)[0] == code
    assert reason in refused(*argv)[1]


def test_wrong_usage_from_the_shell_is_a_sentence_and_exit_2(database_url: str, transactional_db: None) -> None:
    argv = [sys.executable, "manage.py", "workdays", "last-of-quarter", "2023Q5"]
    env = {**os.environ, "DATABASE_URL": database_url}
    done = subprocess.run(argv, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("季度：“2023Q5”不是季度，应写成 2023Q3。\n用法：")
