"""Writes the docx of a letter from its values and a layout: docxtpl in a sandbox.

A layout can print the names below, go through a list and ask whether a name is empty; it can call and compute nothing.
"""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from arrears.letters.models import Letter, LetterLayout
from arrears.letters.standard_layout import standard_layout
from arrears.letters.wording import Content

# Name → what a layout prints there. Lists are gone through paragraph by paragraph.
LISTS = {
    "opening": "开头（逐段）",
    "facts": "查明的事实（逐段）",
    "breached": "违反的规定（逐段）",
    "demand": "监督要求（逐段）",
    "closing": "答复期限等（逐段）",
}
TEXTS = {
    "title": "题目",
    "number": "文号",
    "date": "成文日期",
    "addressee": "受文单位",
    "employer": "用人单位",
    "issuer": "制发单位",
    "supervisors": "监督员",
    "contact": "联系人及电话",
    "case_number": "案件编号",
    "demand_head": "第三部分的标题",
    "reply_term": "答复期限（工作日数）",
}
NAMES = frozenset(LISTS | TEXTS)
# What XML 1.0 cannot hold, and what docxtpl would turn into tabs, breaks and pages.
_UNFIT = re.compile(r"[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BRACES = str.maketrans({char: f"&#{ord(char)};" for char in "{}%"})


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja that refuses everything but names, loops over a list and conditions on a name."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        for node in source.body:
            _check(node, NAMES)
        return super()._generate(source, *args, **kwargs)


def _check(node: nodes.Node, names: frozenset[str], inside: bool = False) -> None:
    """Raises SecurityError, in Chinese, at the first thing a layout may not hold."""
    match node:
        case nodes.TemplateData():
            return
        case nodes.Output():
            for part in node.nodes:
                _check(part, names, inside)
        case nodes.Name() if node.ctx == "load":
            if node.name not in names:
                raise SecurityError(f"用到了不认识的变量“{node.name}”")
        case nodes.For(iter=nodes.Name(name=name), target=nodes.Name(name=line)) if (
            not inside and name in LISTS and line not in NAMES and not (node.test or node.recursive or node.else_)
        ):
            for child in node.body:
                _check(child, names | {line}, inside=True)
        case nodes.If() if isinstance(_condition(node), nodes.Name):
            _check(_condition(node), names, inside)
            for child in (*node.body, *node.elif_, *node.else_):
                _check(child, names, inside)
        case _:
            raise SecurityError(f"用到了不允许的写法（{type(node).__name__}）")


def _condition(node: nodes.If) -> nodes.Node:
    """The condition of an if, without `not`."""
    return node.test.node if isinstance(node.test, nodes.Not) else node.test


def layout_for(letter: Letter) -> bytes:
    """The docx of the layout in use nearest above the issuer, else the standard layout."""
    own = LetterLayout.objects.filter(union__in=letter.issuer.line_ids(), kind=letter.kind, ended_at=None).order_by(
        "-union__depth"
    )
    row = own.first()
    if row is None:
        return standard_layout()
    with row.file.open("rb") as content:
        return bytes(content.read())


def render(values: Content, layout: bytes) -> bytes:
    """The docx with the values in the layout. Raises what docxtpl and jinja2 raise."""
    template = DocxTemplate(io.BytesIO(layout))
    template.render({name: _value(values.get(name, "")) for name in NAMES}, jinja_env=Sandbox(), autoescape=True)
    about = template.docx.core_properties
    about.title, about.author = f"{values['title']} {values['number']}"[:200], str(values["issuer"])[:200]
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def _value(value: str | list[str]) -> Markup | list[Markup]:
    if isinstance(value, list):
        return [escape_plain(line) for line in value]
    return escape_plain(value)


def escape_plain(text: str) -> Markup:
    """Plain text as XML that no later step can mistake for markup or for a template."""
    plain = _UNFIT.sub("", re.sub(r"[\t\n\r]+", " ", text))
    return Markup(str(escape(plain)).translate(_BRACES))


def digest(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()
