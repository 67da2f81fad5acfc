"""What is posted without a form: reasons, quarters and codes of units as a stranger may write them."""

from __future__ import annotations

import pytest
from django.test import Client

from arrears.inspections.models import Review, Round
from tests.arrears.inspections.test_rounds import watch
from tests.cast import World, an_employer
from tests.rounds import a_finding, a_review, a_round

WORDS = ["\x00", "不查了\x00", "长" * 100_000]


def patient(world: World, name: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.user(name), backend="unions.people.backends.AppointmentBackend")
    return client


@pytest.mark.parametrize("words", WORDS)
def test_a_reason_of_any_writing(world: World, words: str) -> None:
    watch(world, an_employer("重点户"))
    plan, review = a_round(world), a_review(world)
    assert patient(world, "sun").post(f"/rounds/{plan.pk}/off/", {"reason": words}).status_code in (302, 422)
    assert patient(world, "lv").post(f"/reviews/{review.pk}/off/", {"reason": words}).status_code in (302, 422)
    for row in (Round.objects.get(), Review.objects.get()):
        assert "\x00" not in row.called_off_because
    finding = a_finding(world, a_review(world, name="第二组"))
    for step in ("answer", "close", "send-back", "x"):
        for who in ("sun", "feng"):
            answer = patient(world, who).post(
                f"/reviews/findings/{finding.pk}/{step}/", {"answer": words, "opinion": words, "seen": "x"}
            )
            assert answer.status_code < 500, (step, who)


@pytest.mark.parametrize(
    "quarter", ["", "\x00", "9999Q4", "0000Q1", "2026Q5", "2026Q4", "２０２６Ｑ３", "2026Q3" * 9999]
)
def test_a_quarter_of_any_writing(world: World, quarter: str) -> None:
    sun = patient(world, "sun")
    for unit in ("370202", "370203", "\x00", "370202\x00", "x" * 9999):
        answer = sun.post("/prevention/subsidies/draft/", {"unit": unit, "quarter": quarter})
        assert answer.status_code in (403, 404, 422), unit
    for url in (
        "/prevention/subsidies/",
        "/prevention/figures/",
        "/prevention/subsidies.xlsx",
        "/prevention/figures.xlsx",
    ):
        answer = sun.get(url, {"unit": "370202", "quarter": quarter, "period": quarter})
        assert answer.status_code < 500, url
