"""Words typed while something else happened: a colleague was faster, the session ended. They come back, in every form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from arrears.cases import workflow
from arrears.cases.models import Case
from arrears.letters.actions import issuing
from tests.cast import PASSWORD, World, a_case, load
from tests.letters import drafted
from tests.readers import as_user, settled
from unions.form_drafts import LONGEST

SAID = "我写了一段很长的经过，不想再写一遍"


@pytest.fixture
def world(cast_database: None, transactional_db: None) -> World:
    return load()


def went_legal(world: World) -> tuple[str, dict[str, Any]]:
    case = a_case(world)
    workflow.move(case, "go_legal", world.user("he"), timezone.now(), seen=case.version, reason="已仲裁")
    return f"/cases/{case.pk}/moves/go_legal/", {"seen": case.version, "reason": SAID}


def submitted_meanwhile(world: World) -> tuple[str, dict[str, Any]]:
    letter = drafted(world, a_case(world), at=timezone.now())
    issuing.submit(letter, world.user("li"), timezone.now(), seen=letter.version)
    return f"/letters/{letter.pk}/edit/", {"seen": letter.version, "facts": SAID}


def closed_meanwhile(world: World) -> tuple[str, dict[str, Any]]:
    case = settled(world)
    Case.objects.filter(pk=case.pk).update(state="closed", closed_on=timezone.localdate())
    said = {"kind": "negotiation", "on": "2026-11-18", "detail": SAID, "outcome": "failed", "seen": case.version}
    return f"/cases/{case.pk}/acts/", said


@pytest.mark.parametrize("meanwhile", [went_legal, submitted_meanwhile, closed_meanwhile])
def test_a_stale_tab_gives_the_words_back(world: World, meanwhile: Callable[..., Any]) -> None:
    url, said = meanwhile(world)
    answer = as_user(world, "he").post(url, said)
    assert answer.status_code in (403, 409) and SAID in answer.text


def test_only_sentences_come_back_and_no_secret(world: World) -> None:
    url, said = went_legal(world)
    said |= {
        "new_password1": "密码密码密码密码",
        "token": "abcdefgh",
        "note": "<script>甲乙丙丁戊己</script>",
        "long": "长" * 20_000,
    }
    page = as_user(world, "he").post(url, said).text
    assert "密码密码" not in page and "abcdefgh" not in page and "<script>甲" not in page
    assert "&lt;script&gt;甲" in page and "长" * LONGEST in page and "长" * (LONGEST + 1) not in page


def test_what_a_stranger_posts_is_not_shown_as_hers(world: World) -> None:
    url, said = went_legal(world)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user("he"), backend="unions.people.backends.AppointmentBackend")
    answer = client.post(url, said)
    assert answer.status_code == 403 and SAID not in answer.text


def sign_in(page: Any, name: str) -> None:
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")


@pytest.mark.parametrize("address", ["/cases/{}/moves/go_legal/", "/cases/{}/?tab=acts"])
def test_a_lost_session_loses_no_word(page: Any, world: World, address: str) -> None:
    """In every form with sentences, not only in those kept on the server."""
    url = address.format(a_case(world).pk)
    page.goto(f"/sign-in/?next={url}")
    sign_in(page, "he")
    field = page.locator("main textarea:visible").first
    field.fill(SAID)
    Session.objects.all().delete()
    field.evaluate("field => field.form.requestSubmit()")
    page.wait_for_url("**/sign-in/**")
    sign_in(page, "he")
    page.wait_for_url(f"**{url}")
    assert page.locator("main textarea:visible").first.input_value() == SAID
    assert page.locator("[data-save-banner]").inner_text().startswith("已恢复")


def test_done_with_is_not_offered_again(page: Any, world: World) -> None:
    case = a_case(world)
    page.goto(f"/sign-in/?next=/cases/{case.pk}/moves/go_legal/")
    sign_in(page, "he")
    page.fill("textarea[name=reason]", SAID)
    page.click("main form button.btn-primary")
    page.wait_for_url(f"**/cases/{case.pk}/**")
    Case.objects.filter(pk=case.pk).update(state="open")
    page.goto(f"/cases/{case.pk}/moves/go_legal/")
    assert page.input_value("textarea[name=reason]") == ""
