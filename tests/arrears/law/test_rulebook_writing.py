"""The page that tells how a rulebook is written says exactly what the reader enforces; every file can be taken as a beginning."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from arrears.law.editions import writing
from arrears.law.editions.writing import COMMON, HEAD, INSIDE, SECTIONS, RulebookKey, RulebookSection
from arrears.law.rules import reader, vocabulary
from arrears.law.rules.reader import NOTICES, RULEBOOK_FOLDER, RulebookError, parse_rulebook
from arrears.law.rules.rulebook import Entry, Rulebook
from tests.cast import AT, World
from tests.readers import as_user
from tests.rulebook_uploads import RULEBOOK, activated, tried

TEXTS = {
    path.stem: path.read_text("utf-8")
    for path in [*RULEBOOK_FOLDER.glob("*.toml"), *RULEBOOK_FOLDER.glob("law/*.toml")]
}
PARTS = {one.name for one in fields(Rulebook)} - {one.name for one in HEAD.keys}


@pytest.mark.parametrize("section", [*SECTIONS, *INSIDE], ids=lambda section: section.name)
def test_every_key_the_reader_knows_is_told_and_no_other(section: RulebookSection) -> None:
    known = {one.name for one in fields(section.schema)} - {"line"}
    told = [key.name for key in (*(COMMON if section.common else ()), *section.keys)]
    assert len(told) == len(set(told)) and set(told) == known


def test_every_section_of_a_rulebook_is_told() -> None:
    assert {one.name for one in fields(Entry)} - {"line"} == {key.name for key in COMMON}
    names = {IRREGULAR.get(section.name, f"{section.name}s") for section in SECTIONS}
    assert names | {"routines", "digest", "entered_at"} == PARTS


IRREGULAR = {"subsidy": "subsidies"}


def test_the_keys_are_drawn_in_the_document() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "rulebooks.md").read_text("utf-8")
    assert text.endswith(writing.as_markdown()), "put what writing.as_markdown() returns below the heading Keys"


def musts() -> list[tuple[RulebookSection, RulebookKey]]:
    return [
        (section, key)
        for section in (HEAD, *SECTIONS)
        for key in (*(COMMON if section.common else ()), *section.keys)
        if key.must
    ]


@pytest.mark.parametrize(("section", "key"), musts(), ids=lambda one: one.name or "head")
def test_what_is_told_to_be_needed_is_needed(section: RulebookSection, key: RulebookKey) -> None:
    """Taken out of the first entry that has it, in a file that is sound with it."""
    begin = re.escape(f"[[{section.name}]]") if section.name else r"\A"
    entry = re.compile(rf"(?ms)({begin}(?:(?!^\[\[).)*?)^{key.name} = (?:\[\n.*?^\]|[^\n]*)\n")
    name, text = next((name, text) for name, text in TEXTS.items() if name in NOTICES and entry.search(text))
    parse_rulebook(text, name)
    with pytest.raises(RulebookError):
        parse_rulebook(entry.sub(r"\1", text, count=1), name)


def test_every_list_of_words_is_the_vocabulary_s() -> None:
    told = {heading: [word for word, _ in pairs] for heading, pairs in writing.words().items()}
    assert told["日期"] == list(vocabulary.MOMENTS) and told["期限所属事项"] == list(vocabulary.SUBJECTS)
    assert told["预警信息"] == list(vocabulary.SIGNALS) and told["上报依据（各级通用）"] == list(vocabulary.GROUNDS)
    for key in (key for section in (HEAD, *SECTIONS, *INSIDE) for key in section.keys if key.words):
        assert key.words in told, key.name


def test_everybody_reads_it_and_the_office_goes_on_from_there(world: World) -> None:
    page = as_user(world, "li").get(reverse("rulebook-writing")).text
    assert all(f'id="words-{heading}"' in page for heading in writing.words())
    assert "warn_after_hours" in page and "协商失败" in page and reverse("rulebook-upload") not in page
    assert reverse("rulebook-upload") in as_user(world, "shen").get(reverse("rulebook-writing")).text
    assert reverse("rulebook-writing") in as_user(world, "shen").get(reverse("rulebook-upload")).text


@pytest.mark.parametrize("key", sorted(reader.delivered_rulebooks()))
def test_a_file_can_be_taken_as_a_beginning(world: World, key: str) -> None:
    client: Client = as_user(world, "li")
    assert reverse("rulebook-file", args=[key]) in client.get(reverse("rulebook", args=[key])).text
    answer: Any = client.get(reverse("rulebook-file", args=[key]))
    assert f'filename="{key}.toml"' in answer["Content-Disposition"]
    assert parse_rulebook(answer.content.decode(), f"{key}.toml") == reader.delivered_rulebooks()[key]


def test_an_activated_edition_gives_its_own_text(world: World) -> None:
    activated(tried(world), world.user("yang"), AT)
    url = reverse("rulebook-file", args=["shandong-2027-1"])
    assert as_user(world, "li").get(url).content.decode() == RULEBOOK
    assert as_user(world, "li").get(reverse("rulebook-file", args=["no-such"])).status_code == 404
