"""Sections that no notice of a reader's units speaks of are not offered to her."""

from __future__ import annotations

from django.urls import reverse

from tests.cast import World
from tests.form_uploads import second_province
from tests.lent import lent
from tests.readers import as_user


def test_what_no_notice_of_the_place_speaks_of_stands_in_no_menu(world: World) -> None:
    """青岛 is judged by its notice (QD-7); 青海's says nothing of it. 以案定补 is known in 青浦 alone (QP-1.3)."""
    second_province(world)
    evaluation, subsidies = f'href="{reverse("evaluation")}"', f'href="{reverse("subsidies")}"'
    for who, judged in (("shen", True), ("sun", True), ("tong", False)):
        client = as_user(world, who)
        assert (evaluation in client.get(reverse("overview")).text) == judged, who
        assert subsidies not in client.get(reverse("prevention")).text, who
    lent("qingpu-2023-1")
    assert subsidies in as_user(world, "sun").get(reverse("prevention")).content.decode()
