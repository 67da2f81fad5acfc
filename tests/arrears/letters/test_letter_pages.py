"""Pages of letters: what is offered to whom, what is refused, what is kept; the register and its price."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from arrears.letters import paper
from arrears.letters.actions import follow_up, issuing
from arrears.letters.models import Letter, LetterKind, LetterLayout, LetterState
from tests.cast import World, a_case, an_employer
from tests.letters import approved, delivered, drafted, issued, refused, submitted
from tests.readers import as_user, days_ago
from tests.subjects import PNG

FORM = {
    "facts": "拖欠工资。",
    "breached": "劳动法第五十条",
    "demand": "付清。",
    "supervisors": "张三、李四",
    "contact": "",
}


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def form_of(world: World, **more: Any) -> dict[str, Any]:
    return FORM | {"issuer": world.unions["370202E0001"].pk, "investigated_on": days_ago(3)} | more


def test_a_draft_is_typed_submitted_and_found_again(world: World) -> None:
    case, li = a_case(world), as_user(world, "li")
    url = reverse("letter-new", args=[case.pk, "opinion"])
    page = li.get(url).content.decode()
    assert "拖欠12名职工（其中农民工10人）工资共计120,000.00元" in page
    answer = li.post(url, form_of(world, supervisors="张三", submit="1"))
    assert answer.status_code == 422 and "两名以上" in answer.content.decode()
    assert not Letter.objects.exists()
    assert "拖欠工资。" in answer.content.decode()
    answer = li.post(url, form_of(world, submit="1"), follow=True)
    assert "已送审" in answer.content.decode()
    letter = Letter.objects.get()
    assert (letter.state, letter.supervisors) == (LetterState.SUBMITTED, ["张三", "李四"])
    assert li.get(f"{case.get_absolute_url()}?tab=letters").content.decode().count("意见书") >= 2
    assert li.get(url).status_code == 200  # another may be begun; the core refuses the twin
    assert li.post(url, form_of(world)).status_code == 409


def test_what_is_typed_is_kept_and_may_be_thrown_away(world: World) -> None:
    case, li = a_case(world), as_user(world, "li")
    autosave = reverse("letter-new-autosave", args=[case.pk, "prompt"])
    assert li.post(autosave, {"facts": "打了一半"}).json()["saved_at"]
    url = reverse("letter-new", args=[case.pk, "prompt"])
    assert "打了一半" in li.get(url).content.decode()
    assert li.post(autosave, {"forget": "1", "back": url}).headers["Location"] == url
    assert li.post(autosave, {"forget": "1", "back": "https://evil.example/"}).headers["Location"] == reverse("letters")
    assert "打了一半" not in li.get(url).content.decode()


def test_an_enterprise_union_is_not_offered_a_suggestion(world: World) -> None:
    case = a_case(world)
    opinion = refused(world, issued(world, case, at=timezone.now()), at=timezone.now())
    url = f"{reverse('letter-new', args=[case.pk, 'suggestion'])}?follows={opinion.pk}"
    li, sun = as_user(world, "li"), as_user(world, "sun")
    answer = li.get(url)
    assert answer.status_code == 409 and "只能由地方总工会" in answer.content.decode()
    assert li.post(url, form_of(world, department="hr")).status_code == 409
    assert "下一步：建议书" not in li.get(opinion.get_absolute_url()).content.decode()
    assert "下一步：建议书" in sun.get(opinion.get_absolute_url()).content.decode()
    data = form_of(world, department="hr", issuer=world.unions["370202"].pk, submit="1")
    answer = sun.post(url, data, follow=True)
    assert "市南区人力资源和社会保障局" in answer.content.decode()
    forged = form_of(world, department="hr", issuer=world.unions["370202E0001"].pk)
    assert sun.post(url, forged).status_code in (409, 422)
    assert Letter.objects.filter(kind="suggestion").count() == 1


def test_steps_keep_what_was_typed_and_refuse_a_stale_page(world: World) -> None:
    now = timezone.now()
    letter, li = issued(world, a_case(world), at=now), as_user(world, "li")
    url = reverse("letter-step", args=[letter.pk, "deliver"])
    given = {"seen": letter.version, "on": timezone.localdate(), "delivery": "by_hand", "note": "门卫带路"}
    answer = li.post(url, given)
    assert answer.status_code == 422
    assert "直接送达请填写签收人" in answer.content.decode() and "门卫带路" in answer.content.decode()
    bad = SimpleUploadedFile("x.exe", b"MZ" + b"0" * 40)
    assert li.post(url, given | {"received_by": "赵收件", "proof": bad}).status_code == 422
    proof = SimpleUploadedFile("回证.png", PNG)
    assert li.post(url, given | {"received_by": "赵收件", "proof": proof}).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.delivery_proof is not None) == (LetterState.DELIVERED, True)
    assert li.post(url, given | {"received_by": "赵收件"}).status_code == 409
    assert li.post(reverse("letter-step", args=[letter.pk, "nonsense"]), {}).status_code == 404


def test_the_approval_page_binds_what_it_shows(world: World) -> None:
    letter, wang = submitted(world, a_case(world), at=timezone.now()), as_user(world, "wang")
    url = reverse("letter-step", args=[letter.pk, "approve"])
    assert wang.post(url, {"seen": letter.version, "seal": "0" * 64}).status_code == 409
    page = wang.get(letter.get_absolute_url())
    assert "您是" not in page.content.decode()
    answer = wang.post(url, {"seen": letter.version, "seal": page.context["seal"]}, follow=True)
    assert "海风建设工监意〔" in answer.content.decode()
    assert as_user(world, "li").post(url, {"seen": 0}).status_code == 403


def test_the_file_is_the_one_that_was_approved(world: World) -> None:
    li = as_user(world, "li")
    letter = submitted(world, a_case(world), at=timezone.now())
    preview = li.get(reverse("letter-document", args=[letter.pk]))
    assert "文号签发时编定" in text_of(preview.content)
    letter = issuing.send_back(letter, by=world.user("wang"), at=timezone.now(), opinion="补日期")
    assert "补日期" in li.get(letter.get_absolute_url()).content.decode()
    letter = issuing.submit(letter, world.user("li"), timezone.now(), seen=letter.version)
    letter = approved(world, letter, at=timezone.now())
    answer = li.get(reverse("letter-document", args=[letter.pk]))
    assert paper.digest(answer.content) == letter.sha256
    assert str(letter.number) in text_of(answer.content)
    with open(letter.document.path, "ab") as stored:
        stored.write(b"x")
    assert li.get(reverse("letter-document", args=[letter.pk])).status_code == 422


def text_of(docx: bytes) -> str:
    with ZipFile(io.BytesIO(docx)) as package:
        return package.read("word/document.xml").decode()


def several(world: World, *numbers: int) -> None:
    for number in numbers:
        case = a_case(world, employer=an_employer(f"海风{number}号工程公司"))
        delivered(world, issued(world, case, at=timezone.now()), at=timezone.now())


def test_the_register_costs_the_same_for_many(world: World, django_assert_max_num_queries: Any) -> None:
    several(world, 1, 2)
    sun = as_user(world, "sun")
    sun.get(reverse("letters"))
    with django_assert_max_num_queries(12) as few:
        sun.get(reverse("letters"))
    several(world, 3, 4, 5)
    with django_assert_max_num_queries(len(few)):
        sun.get(reverse("letters"))


def test_the_tab_costs_the_same_for_many(world: World, django_assert_max_num_queries: Any) -> None:
    case, li, now = a_case(world), as_user(world, "li"), timezone.now()
    tab = f"{case.get_absolute_url()}?tab=letters"
    refused(world, issued(world, case, LetterKind.PROMPT, at=now), at=now)
    li.get(tab)
    with django_assert_max_num_queries(25) as few:
        assert "下一步：意见书" in li.get(tab).content.decode()
    for _ in range(3):
        refused(world, issued(world, case, LetterKind.PROMPT, at=now), at=now)
    with django_assert_max_num_queries(len(few)):
        li.get(tab)


def test_QD_6_2_the_register_shows_the_reply_rate(world: World) -> None:
    now = timezone.now()
    case = a_case(world)
    answered = delivered(world, issued(world, case, LetterKind.PROMPT, at=now), at=now)
    follow_up.record_reply(
        answered, world.user("li"), now, seen=answered.version, on=timezone.localdate(), answer="corrected", note="已付"
    )
    refused(world, issued(world, case, at=now), at=now)
    late = delivered(world, issued(world, a_case(world, employer=an_employer("迟迟公司")), at=now), at=now)
    Letter.objects.filter(pk=late.pk).update(reply_due_at=now - timedelta(days=1))
    drafted(world, case, at=now, by="sun", code="370202")
    sun = as_user(world, "sun")
    page = sun.get(reverse("letters"))
    rates = page.context["rates"]
    assert (rates.issued, rates.reached, rates.answered, rates.refused, rates.overdue) == (3, 3, 1, 1, 1)
    assert "答复率 1/3" in page.content.decode()
    assert [row.pk for row, *_ in sun.get(f"{reverse('letters')}?state=overdue").context["rows"]] == [late.pk]
    assert len(sun.get(f"{reverse('letters')}?kind=prompt").context["rows"]) == 1
    assert len(sun.get(f"{reverse('letters')}?q=迟迟").context["rows"]) == 1
    assert as_user(world, "chen").get(reverse("letters")).context["rates"].issued == 0
    answer = sun.get(f"{reverse('letters-export')}?kind=opinion")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0][0] == "一函两书登记簿"
    assert [row[1] for row in cells if row[1] in ("提示函", "意见书")] == ["意见书"] * 3
    assert any("答复率 0/" in str(row[0]) for row in cells)


# ---- layouts ------------------------------------------------------------------------------------------------------


def docx_with(text: str) -> bytes:
    """A layout that holds everything it must, and `text`."""
    document = Document()
    for name in ("title", "number", "addressee", "issuer", "date"):
        document.add_paragraph(f"{{{{ {name} }}}}")
    for name in ("facts", "demand"):
        document.add_paragraph(f"{{%p for line in {name} %}}")
        document.add_paragraph("{{ line }}")
        document.add_paragraph("{%p endfor %}")
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


TRICKS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ title.__init__.__globals__ }}",
    "{{ title|attr('__class__') }}",
    "{{ self }}",
    "{{ cycler }}",
    "{{ settings.SECRET_KEY }}",
    "{{ 7*7 }}",
    "{{ title() }}",
    "{% for a in facts %}{% for b in facts %}{{ b }}{% endfor %}{% endfor %}",
    "{% set x = 1 %}",
    "{% include 'x' %}",
    "{% if title == 'x' %}a{% endif %}",
    "{{ nobody_knows }}",
    "{% for line in facts %}",
]


@pytest.mark.parametrize("trick", TRICKS)
def test_a_layout_can_place_names_and_nothing_else(world: World, trick: str) -> None:
    answer = brought(world, docx_with(trick))
    assert answer.status_code == 422, trick
    assert not LetterLayout.objects.exists()


def brought(world: World, content: bytes, name: str = "版式.docx", who: str = "qian") -> Any:
    upload = SimpleUploadedFile(name, content)
    data = {"union": world.unions["370202"].pk, "kind": "opinion", "file": upload}
    return as_user(world, who).post(reverse("letter-layouts"), data)


def test_a_layout_of_ones_own_is_used_below_and_ended(world: World) -> None:
    good = docx_with("本区专用 {% if contact %}联系：{{ contact }}{% endif %}")
    assert brought(world, good).status_code == 302
    assert brought(world, good, who="li").status_code == 403
    letter = issued(world, a_case(world), at=timezone.now())
    with letter.document.open("rb") as content:
        text = text_of(content.read())
    assert "本区专用" in text and "联系：" in text
    row = LetterLayout.objects.get()
    assert as_user(world, "qian").get(reverse("letter-layout-file", args=[row.pk])).content == good
    assert as_user(world, "shen").post(reverse("letter-layout-end", args=[row.pk])).status_code == 404
    assert as_user(world, "qian").post(reverse("letter-layout-end", args=[row.pk])).status_code == 302
    house = as_user(world, "qian").get(reverse("letter-layout-file", args=[0])).content
    assert brought(world, house).status_code == 302


@pytest.mark.parametrize("content", [b"", b"no docx", b"PK\x03\x04 broken", docx_with("x")[:2000]])
def test_what_is_no_docx_is_refused(world: World, content: bytes) -> None:
    assert brought(world, content).status_code == 422


def test_a_layout_that_reaches_outside_is_refused(world: World) -> None:
    for part, text in (
        ("word/_rels/document.xml.rels", '<Relationships TargetMode="External" />'),
        ("word/vbaProject.bin", "x"),
        ("word/footnotes.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x/>'),
    ):
        out = io.BytesIO()
        with ZipFile(io.BytesIO(docx_with("x"))) as source, ZipFile(out, "w") as made:
            for one in source.infolist():
                if one.filename != part:
                    made.writestr(one, source.read(one))
            made.writestr(part, text)
        assert brought(world, out.getvalue()).status_code == 422, part


@pytest.mark.parametrize(
    "name", ["{{ 7*7 }}公司", "<w:p>&\"'公司", "{% for x in y %}", "甲\x07\x0c乙\ttab公司", "{_{ title }_}", "𠮷野家%}"]
)
def test_an_employers_name_is_data(world: World, name: str) -> None:
    letter = issued(world, a_case(world, employer=an_employer(name)), at=timezone.now(), facts=f"{name}欠薪\x0b。")
    with letter.document.open("rb") as content:
        lines = [line.text for line in Document(io.BytesIO(content.read())).paragraphs]
    plain = "".join(char for char in name.replace("\t", " ") if char >= " ")
    assert f"{plain}：" in lines
    assert f"{plain}欠薪。" in lines
