"""People who are what they should not be: authors who approve, a whole town behind one address, pages kept by a browser."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from arrears.letters.actions import issuing
from arrears.letters.models import LetterKind, LetterState
from arrears.portal.views import public as window_public
from tests.arrears.workers.test_workers import facts, listed
from tests.cast import AT, World, a_case, an_employer
from tests.departments import a_district_case, beside
from tests.letters import WORDS, drafted, issued, shown
from tests.readers import as_user
from tests.window import write
from unions.common.client_address import client_address
from unions.common.refusals import Forbidden
from unions.models import Appointment, User
from unions.people.appointments import sync_rights


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# ---- the second person of a letter --------------------------------------------------------------------------------


def both(world: World) -> User:
    """余某 drafts and approves at the enterprise."""
    user = User.objects.create_user("yu", "a-good-long-password", name="余某")
    for role in ("clerk", "approver"):
        Appointment.objects.create(user=user, union=world.unions["370202E0001"], role=role, since=date(2026, 1, 1))
    sync_rights(user, timezone.localdate())
    return user


@pytest.mark.parametrize("wrote", ["first", "between"])
def test_QD_6_2_whose_words_are_in_it_does_not_approve_it(world: World, wrote: str) -> None:
    """A colleague who touches it last and hands it in does not make the author a second person."""
    both(world)
    letter = drafted(world, a_case(world), by="yu" if wrote == "first" else "li")
    if wrote == "between":
        letter = issuing.edit(letter, WORDS | {"facts": "余某的话"}, world.user("yu"), AT, seen=letter.version)
    letter = issuing.edit(letter, WORDS, world.user("li"), AT, seen=letter.version)
    letter = issuing.submit(letter, world.user("li"), AT, seen=letter.version)
    with pytest.raises(Forbidden, match="拟稿人"):
        issuing.approve(letter, by=world.user("yu"), at=AT, seal=shown(letter))
    done = issuing.approve(letter, by=world.user("wang"), at=AT, seal=shown(letter))
    assert done.state == LetterState.APPROVED


def test_QD_6_2_who_wrote_another_letter_of_the_case_may_approve_this_one(world: World) -> None:
    both(world)
    case = a_case(world)
    drafted(world, case, LetterKind.PROMPT, by="yu")
    letter = drafted(world, case)
    letter = issuing.submit(letter, world.user("li"), AT, seen=letter.version)
    assert issuing.approve(letter, by=world.user("yu"), at=AT, seal=shown(letter)).number


# ---- behind one address -------------------------------------------------------------------------------------------


def test_callers_at_a_socket_of_both_kinds_are_not_one_network(settings: Any, rf: Any) -> None:
    """::ffff:203.0.113.9 is one caller; as an IPv6 network the whole country would share 30 letters an hour."""
    seen = [client_address(rf.get("/", REMOTE_ADDR=f"::ffff:203.0.113.{n}")) for n in (7, 9)]
    assert seen == ["203.0.113.7", "203.0.113.9"]
    settings.BEHIND_HTTPS = True
    request = rf.get("/", REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR="6.6.6.6, ::ffff:203.0.113.9")
    assert client_address(request) == "203.0.113.9"


def test_a_length_that_is_no_number(rf: Any) -> None:
    for length in ("²", "-1", "1e9", "٣"):
        request = rf.generic("POST", "/window/write/", b"", CONTENT_LENGTH=length)
        assert window_public.write(request).status_code == 413, length


# ---- what a browser keeps -----------------------------------------------------------------------------------------


def test_pages_with_personal_words_are_not_kept_by_a_browser(world: World) -> None:
    case, letter = a_case(world), write().letter
    listed(world, case, [facts()])
    row = beside(world).sent(a_district_case(world))
    asked = {
        "he": [f"/cases/{case.pk}/workers/pay/", f"/cases/{case.pk}/file/", f"/cases/{case.pk}/file.docx"],
        "sun": ["/worker-letters/", letter.get_absolute_url(), f"/referrals/{row.pk}/"],
        "ma": ["/incoming/", f"/incoming/{row.pk}/"],
        "li": [issued(world, a_case(world, employer=an_employer("文书公司"))).get_absolute_url()],
    }
    for name, urls in asked.items():
        for url in urls:
            answer = as_user(world, name).get(url)
            assert answer.status_code == 200, (name, url)
            assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"], url
