"""The manual: Markdown files of docs/manual, one per role, as pages of the program and as files (`make manual`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

PLACE = Path(__file__).resolve().parents[2] / "docs" / "manual"
PICTURES = PLACE.parents[1] / "static" / "manual"
# In the order in which they are listed; the last explains the pages one by one.
CHAPTERS = (
    "enterprise",
    "district",
    "approver",
    "statistician",
    "administrator",
    "department",
    "worker",
    "platform",
    "pages",
)
EACH_PAGE = "pages"

# A picture's file name → its address.
Address = Callable[[str], str]


@dataclass(frozen=True)
class ManualSection:
    """One heading of a chapter with its words: what a search finds. `heading` is also the anchor."""

    chapter: str
    heading: str
    text: str


@dataclass(frozen=True)
class Chapter:
    key: str
    title: str
    html: str
    sections: tuple[ManualSection, ...]


def chapter(key: str, address: Address) -> Chapter:
    """The chapter as HTML; `address` says where a picture is. A picture that was not taken yet is left out."""
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse((PLACE / f"{key}.md").read_text("utf-8"))
    title = tokens[1].content
    tokens = tokens[3:]  # the page has a heading of its own
    for token, words in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", words.content)
    tokens = list(_with_pictures(tokens, address))
    return Chapter(key, title, markdown.renderer.render(tokens, markdown.options, {}), tuple(_sections(key, tokens)))


def _with_pictures(tokens: list[Token], address: Address) -> Iterable[Token]:
    """A paragraph that is one picture stays where the file is there; else its three tokens go."""
    left = 0
    for number, token in enumerate(tokens):
        inline = tokens[number + 1] if number + 1 < len(tokens) else token
        images = [one for one in inline.children or () if one.type == "image"]
        if token.type == "paragraph_open" and images:
            name = Path(str(images[0].attrGet("src"))).name
            if (PICTURES / name).is_file():
                images[0].attrSet("src", address(name))
                images[0].attrSet("loading", "lazy")
                token.attrSet("class", "manual-picture")
            else:
                left = 3
        if left:
            left -= 1
        else:
            yield token


def _sections(key: str, tokens: list[Token]) -> Iterable[ManualSection]:
    heading, words, in_heading = "", list[str](), False
    for token in tokens:
        if token.type == "heading_open":
            if heading:
                yield ManualSection(key, heading, "".join(words))
            in_heading = True
        elif token.type == "inline":
            heading, words = (token.content, []) if in_heading else (heading, [*words, _plain(token)])
            in_heading = False
    if heading:
        yield ManualSection(key, heading, "".join(words))


def _plain(inline: Token) -> str:
    return "".join(one.content for one in inline.children or () if one.type != "image")


@cache
def titles() -> dict[str, str]:
    """Key of a chapter → its title."""
    return {key: (PLACE / f"{key}.md").read_text("utf-8").splitlines()[0].removeprefix("# ") for key in CHAPTERS}


@cache
def sections() -> tuple[ManualSection, ...]:
    return tuple(section for key in CHAPTERS for section in chapter(key, str).sections)


def found(text: str) -> list[ManualSection]:
    """Sections in which every word of `text` stands, headings first; at most thirty, none where nothing is asked for."""
    asked = text.casefold().split()
    if not asked:
        return []
    hits = [
        section
        for section in sections()
        if all(word in f"{section.heading}{section.text}".casefold() for word in asked)
    ]
    return sorted(hits, key=lambda one: not any(word in one.heading.casefold() for word in asked))[:30]
