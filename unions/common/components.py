"""What the component templates need to know about forms, tables and files."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from django import forms
from django.http import QueryDict
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression
from django.template.loader import render_to_string
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe

from unions.common.keyset import BESIDE, conditions

FILE_ICONS = {
    "pdf": "file-type-pdf",
    "doc": "file-type-doc",
    "docx": "file-type-docx",
    "xls": "file-type-xls",
    "xlsx": "file-spreadsheet",
    "csv": "file-spreadsheet",
    "zip": "file-zip",
    "mp3": "microphone",
    "m4a": "microphone",
    "jpg": "photo",
    "jpeg": "photo",
    "png": "photo",
    "heic": "photo",
}

EMPTY: tuple[Any, ...] = (None, "", [], False, "False")  # what an untouched field holds


def file_icon(name: str) -> str:
    """The icon for a file name's extension."""
    return FILE_ICONS.get(name.rpartition(".")[2].lower(), "file")


def field_fold(
    content: str, title: str, form: forms.BaseForm, names: list[str], *, note: str, opened: bool, opens_with: str
) -> SafeString:
    """Fields behind their title; a fault opens them."""
    fields = [form[name] for name in names if name in form.fields and not form[name].is_hidden]
    filled = sum(field.value() not in EMPTY for field in fields)
    ticked = bool(opens_with) and form[opens_with].value() not in EMPTY
    return format_html(
        '<details class="field-group field-fold"{}{}><summary><span class="fold-title">{}</span>{}{}</summary>'
        '<div class="fields" role="group" aria-label="{}">{}</div></details>',
        format_html(' data-opens-with="{}"', form[opens_with].auto_id) if opens_with else "",
        " open" if opened or ticked or any(field.errors for field in fields) else "",
        title,
        format_html('<span class="fold-note">{}</span>', note) if note else "",
        format_html('<span class="fold-count">已填 {} 项</span>', filled) if filled else "",
        title,
        content,
    )


def field_parts(field: forms.BoundField, *, width: str, unit: str, help_text: str, label: str) -> dict[str, Any]:
    """Everything components/field_row.html shows of one bound field."""
    widget = field.field.widget
    kind = _kind(widget)
    _dress(widget)
    hint = help_text or field.help_text
    described = [f"{field.auto_id}_{part}" for part, shown in (("help", hint), ("error", field.errors)) if shown]
    attrs: dict[str, str | bool] = {"class": _css_class(kind, widget, bool(field.errors))}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if field.errors:
        attrs["aria-invalid"] = "true"
    preview = f"{field.auto_id}_chosen" if isinstance(widget, forms.FileInput) else ""
    if preview:
        attrs["data-preview"] = preview
    if kind == "choices":
        widget.attrs.update(attrs)
    return {
        "field": field,
        "kind": kind,
        "unit": unit,
        "help": hint,
        "label": label or field.label,
        "width": width or ("wide" if isinstance(widget, forms.Textarea) else "half"),
        "required": field.field.required,
        "input": "" if kind == "choices" else field.as_widget(attrs=attrs),
        "described_by": " ".join(described),
        "preview": preview,
    }


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "check" if isinstance(widget, forms.CheckboxInput) else "plain"


def _css_class(kind: str, widget: forms.Widget, wrong: bool) -> str:
    base = "form-check-input" if kind != "plain" else "form-control"
    if kind == "plain" and isinstance(widget, forms.Select):
        base = "form-select"
    return " ".join(filter(None, (base, widget.attrs.get("class", ""), "is-invalid" if wrong else "")))


def _dress(widget: forms.Widget) -> None:
    """Give dates the browser's own picker and figures the right keyboard. Forms own copies of their widgets."""
    if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == "10":
        widget.attrs["rows"] = "4"
    elif isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
    elif isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    elif isinstance(widget, forms.NumberInput):
        widget.attrs.setdefault("inputmode", "decimal" if widget.attrs.get("step") != "1" else "numeric")


IN_LINE = 2  # fields that stand beside the search; more are folded


def filter_parts(form: forms.Form, search: str, placeholder: str, query: QueryDict) -> dict[str, Any]:
    """Fields and chips of components/filter_bar.html; keys of the query that are not fields are kept (e.g. tab)."""
    chips = [chip for field in form if field.name != search and (chip := _chip(field, query))]
    text = query.get(search, "") if search in form.fields else ""
    if text:
        chips.insert(0, {"label": f"“{text}”", "url": conditions(query, search)})
    shown = [field for field in form.visible_fields() if field.name != search]
    fields = [field_parts(field, width="", unit="", help_text=" ", label="") for field in shown]
    seen = {field.name for field in form.visible_fields()} | set(BESIDE)
    kept = [(key, value) for key in query for value in query.getlist(key) if key not in seen]
    return {
        "form": form,
        "fields": fields,
        "folded": len(fields) > IN_LINE,
        "wrong": any(field.errors for field in form if field.name != search),
        "chips": chips,
        "search": search if search in form.fields else "",
        "text": text,
        "faults": form.errors.get(search, ()),
        "placeholder": placeholder,
        "kept": kept,
        "clear_url": conditions(query, *form.fields),
    }


def _chip(field: forms.BoundField, query: QueryDict) -> dict[str, str] | None:
    values = [value for value in query.getlist(field.html_name) if value]
    if not values:
        return None
    if field.is_hidden:  # a key, of no meaning to who reads it
        return {"label": str(field.label), "url": conditions(query, field.html_name)}
    shown = "、".join(_shown(field.field, value) for value in values)
    return {"label": f"{field.label}：{shown}", "url": conditions(query, field.html_name)}


def _shown(field: forms.Field, value: str) -> str:
    for key, words in getattr(field, "choices", ()):
        if str(key) == value:
            return str(words)
    if isinstance(field, forms.BooleanField):
        return "是"
    return value


class TableNode(Node):
    """The shell of every table; see `{% table %}`. The first one of a list page is its list."""

    child_nodelists = ("head", "rows", "foot")

    def __init__(self, options: Mapping[str, FilterExpression], parts: Mapping[str, NodeList]) -> None:
        self.options = options
        self.head, self.rows, self.foot = parts["head"], parts["rows"], parts.get("foot", NodeList())

    def render(self, context: Context) -> SafeString:
        given = {name: option.resolve(context) for name, option in self.options.items()}
        listing = listing_of(context) if given.get("list", True) else None
        if listing is None or listing.drawn or not context["page"].rows:
            return self._table(context, given, "", "")
        listing.drawn = True
        with context.push(listing=listing):
            head = self.head.render(context)
        listing.headings = [_words(inner) for inner in HEADING.findall(head)]
        tools = render_to_string("components/list_tools.html", _tools(context, listing))
        hidden = " ".join(f"without-{nth}" for nth in listing.hidden_places)
        return format_html("{}{}", tools, self._table(context, given, head, hidden))

    def _table(self, context: Context, given: Mapping[str, Any], head: str, hidden: str) -> SafeString:
        parts = ("table", "table-stack" if given.get("stack", True) else "", given.get("look"), hidden)
        caption, label, foot = given.get("caption"), given.get("label"), self.foot.render(context)
        return format_html(
            '<div class="table-wrap"><table class="{}"{}{}>{}<thead><tr>{}</tr></thead><tbody>{}</tbody>{}</table></div>',
            " ".join(filter(None, parts)),
            format_html(' aria-label="{}"', label) if label else "",
            mark_safe(" data-list") if head else "",
            format_html("<caption>{}</caption>", caption) if caption else "",
            head or self.head.render(context),
            self.rows.render(context),
            format_html("<tfoot>{}</tfoot>", foot) if foot.strip() else "",
        )


HEADING = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
UNSEEN = re.compile(r'<span class="visually-hidden">.*?</span>', re.DOTALL)


def _words(inner: str) -> str:
    """Of a heading; nothing where it shows none."""
    return unescape(strip_tags(UNSEEN.sub("", inner))).strip()


def listing_of(context: Any) -> Any:
    """What the reader of this list page asked for (unions.listing.Listing); None on every other page."""
    return getattr(context.get("page"), "listing", None)


def _tools(context: Context, listing: Any) -> dict[str, Any]:
    """Of components/list_tools.html: columns, print, export; in a copy what it is a copy of."""
    tools = {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "listing": listing,
        "views": None if listing.views_drawn else views_parts(context, listing),
        "place": next(iter(context.get("my_places") or [""])),
        "reader": context.get("signed_in_as"),
    }
    form = context.get("form")
    if listing.copy and isinstance(form, forms.Form):
        chips = filter_parts(form, "q", "", context["request"].GET)["chips"]
        tools["said"] = "；".join(chip["label"] for chip in chips)
    return tools


def views_parts(context: Any, listing: Any) -> dict[str, Any]:
    """Of components/list_views.html: the views kept of this list; what of the one shown is no longer asked for here."""
    listing.views_drawn = True
    form, view = context.get("form"), listing.view
    gone: list[str] = []
    if view and isinstance(form, forms.Form):
        known = {*form.fields, *LIST_KEYS}
        asked = QueryDict(view.query)
        gone = [name for name in asked if name not in known]
        if asked.get("sort") and not listing.sort:
            gone.append("sort")
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "listing": listing,
        "rows": [(one, listing.may_change(one)) for one in listing.views],
        "gone": gone,
    }


LIST_KEYS = ("list", "sort", "tab", "by", "unit")


def words_of_fields(form: forms.BaseForm) -> dict[str, Any]:
    """Field → its label, or [label, value → words] where one chooses: what a summary without JavaScript is written from.

    What is chosen among rows of a table is left out: its values are keys, and its words cost a query.
    """
    words: dict[str, Any] = {}
    for field in form:
        if field.is_hidden or isinstance(field.field, forms.ModelChoiceField):
            continue
        choices = getattr(field.field, "choices", None)
        label = str(field.label)
        words[field.html_name] = [label, {str(key): str(said) for key, said in _flat(choices)}] if choices else label
    return words


def _flat(choices: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    for key, said in choices:
        if isinstance(said, list | tuple):
            yield from _flat(said)
        elif key not in ("", None):
            yield key, said
