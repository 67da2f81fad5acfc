"""QD-6.2: a 建议书 goes with its enclosures and is read, with them, in the window of the department it goes to."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from arrears.cases.evidence import keep_evidence
from arrears.desk.timeline import happenings
from arrears.letters.actions import issuing
from arrears.letters.models import Letter, LetterKind
from tests.cast import AT, World, a_case, an_employer
from tests.departments import PICTURE, beside
from tests.letters import WORDS, drafted, issued, refused
from tests.readers import as_user
from unions.models import Event

ANOTHER = PICTURE + b"2"


def test_QD_6_2_a_suggestion_goes_with_its_enclosures_to_the_window_of_its_department(world: World) -> None:
    beside(world)
    case = a_case(world)
    sheet = keep_evidence(case, SimpleUploadedFile("工资表.png", PICTURE), "6—10月工资表", world.user("li"), AT)
    other = keep_evidence(case, SimpleUploadedFile("内部.png", ANOTHER), "内部材料", world.user("li"), AT)
    opinion = refused(world, issued(world, case))
    sun = as_user(world, "sun")
    page = sun.get(reverse("letter-new", args=[case.pk, "suggestion"]), {"follows": opinion.pk})
    assert "随附材料" in page.text and "6—10月工资表" in page.text
    given = WORDS | {
        "supervisors": "张三、李四",
        "issuer": world.unions["370202"].pk,
        "enclosures": [sheet.pk],
        "submit": "1",
    }
    url = reverse("letter-new", args=[case.pk, "suggestion"]) + f"?follows={opinion.pk}"
    autosave = reverse("letter-new-autosave", args=[case.pk, "suggestion"])
    assert sun.post(autosave, {"facts": "打了一半", "enclosures": [sheet.pk, other.pk]}).status_code == 200
    kept = sun.get(reverse("letter-new", args=[case.pk, "suggestion"]), {"follows": opinion.pk}).context["form"]
    assert [box.data["selected"] for box in kept["enclosures"]] == [True, True], "what was ticked is kept too"
    assert sun.post(url, given).status_code == 302
    letter = Letter.objects.get(kind=LetterKind.SUGGESTION)
    ma = as_user(world, "ma")
    assert ma.get(reverse("incoming-letter", args=[letter.pk])).status_code == 404, (
        "not before a second person signed it"
    )
    issuing.approve(letter, by=world.user("zhou"), at=AT, seal=issuing.APPROVAL.seal(letter, AT))
    letter.refresh_from_db()
    assert "附件：1. 6—10月工资表" in letter.content["closing"]
    listed = ma.get(reverse("incoming")).text
    assert letter.number in listed and "6—10月工资表" in listed and "内部材料" not in listed
    paper = ma.get(reverse("incoming-letter", args=[letter.pk]))
    assert paper.status_code == 200 and paper["Content-Type"].endswith("wordprocessingml.document")
    sent = ma.get(reverse("incoming-enclosure", args=[letter.pk, sheet.pk]))
    assert b"".join(sent.streaming_content) == PICTURE
    assert ma.get(reverse("incoming-enclosure", args=[letter.pk, other.pk])).status_code == 404
    assert Event.objects.filter(verb="letter.opened", data__letter=letter.pk).count() == 1
    assert any("已由致送部门在窗口打开" in one.what for one in happenings(case))
    pan = as_user(world, "pan")
    assert pan.get(reverse("incoming-letter", args=[letter.pk])).status_code == 404, "the police do not read it"
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(enclosures=[])


def test_QD_6_2_only_papers_of_the_case_go_along(world: World) -> None:
    case = a_case(world)
    foreign = keep_evidence(
        a_case(world, employer=an_employer("别家")), SimpleUploadedFile("a.png", PICTURE), "", world.user("li"), AT
    )
    opinion = refused(world, issued(world, case))
    letter = drafted(world, case, LetterKind.SUGGESTION, "sun", "370202", follows=opinion, enclosures=[foreign.pk])
    assert letter.enclosures == []
