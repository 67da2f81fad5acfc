"""A clause is named before people by its notice and article: no page, list or message shows the id that files and tests carry."""

from typing import Any

import pytest
from django.template import Context, Template

from arrears.law.rules.reader import delivered_rulebooks
from arrears.law.rules.rulebook import Clause
from tests.cast import AT, World
from tests.rulebook_uploads import RULEBOOK, activated, tried
from unions.common.clauses import clause_name, in_brackets


@pytest.mark.parametrize(
    ("heading", "place", "topic"),
    [
        ("六（四）联合督导", "第六条（四）", "联合督导"),
        ("二（一）1 线上排查", "第二条（一）1", "线上排查"),
        ("三 日调度、周报", "第三条", "日调度、周报"),
        ("三 50 人以上", "第三条", "50 人以上"),
        ("三 末段 报送", "第三条末段", "报送"),
        ("抬头", "抬头", ""),
        ("附件 1", "附件1", ""),
        ("Notice to all", "Notice to all", ""),
    ],
)
def test_the_place_of_a_clause_is_read_from_its_heading(heading: str, place: str, topic: str) -> None:
    clause = Clause(id="TZ-1", heading=heading, summary="…")
    assert (clause.place, clause.topic) == (place, topic)


def test_every_clause_of_the_five_notices_has_a_name_of_its_notice(db: None) -> None:
    for book in delivered_rulebooks().values():
        for clause in book.clauses:
            name = clause_name(clause.id, book.key).name
            assert clause.id not in name and name.startswith(book.short or "法律法规")


def test_qd_6_4_is_qingdaos_sixth_article_with_its_words_on_hover(db: None) -> None:
    shown = Template("{% clause_tag 'QD-6.4' 'qingdao-2021' %}").render(Context())
    assert ">青岛通知第六条（四）</span>" in shown and "QD-" not in shown
    assert "及时通报同级人力资源社会保障部门" in shown
    assert in_brackets("QD-6.4") == "（青岛通知第六条（四））" and in_brackets("") == ""


def test_a_clause_of_a_notice_that_was_entered_is_its_own_whatever_bears_the_same_id(world: World) -> None:
    """Whoever writes a rulebook begins with the file of another."""
    content = RULEBOOK.replace('"N-1"', '"SD-2.1a"')
    activated(tried(world, content), world.user("yang"), AT)
    names = [clause_name("SD-2.1a", key).name for key in ("shandong-2027-1", "shandong-2023-18", "")]
    assert names == ["《关于做好2027年欠薪报告工作的通知》第一条", "山东通知第二条（一）1", "山东通知第二条（一）1"]


def test_an_id_that_no_rulebook_has_stays_as_it_was_written(db: None) -> None:
    assert clause_name("TZ-5").name == "TZ-5"


def test_naming_the_clauses_of_the_delivered_notices_costs_no_query(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        Template("{% for id in ids %}{% clause_tag id %}{% endfor %}").render(Context({"ids": ["QD-5", "QH-3b"] * 20}))
