"""What the component templates need to know about forms, tables and files."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression
from django.utils.html import format_html
from django.utils.safestring import SafeString

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


def file_icon(name: str) -> str:
    """The icon for a file name's extension."""
    return FILE_ICONS.get(name.rpartition(".")[2].lower(), "file")


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


def filter_parts(form: forms.Form, search: str, placeholder: str, query: QueryDict) -> dict[str, Any]:
    """Fields and chips of components/filter_bar.html; keys of the query that are not fields are kept (e.g. tab)."""
    chips = [chip for field in form if field.name != search and (chip := _chip(field, query))]
    text = query.get(search, "") if search in form.fields else ""
    if text:
        chips.insert(0, {"label": f"“{text}”", "url": _without(query, search)})
    shown = [field for field in form.visible_fields() if field.name != search]
    fields = [field_parts(field, width="", unit="", help_text=" ", label="") for field in shown]
    seen = {field.name for field in form.visible_fields()} | set(CURSORS)
    kept = [(key, value) for key in query for value in query.getlist(key) if key not in seen]
    return {
        "form": form,
        "fields": fields,
        "chips": chips,
        "search": search if search in form.fields else "",
        "text": text,
        "faults": form.errors.get(search, ()),
        "placeholder": placeholder,
        "kept": kept,
        "clear_url": _without(query, *form.fields),
    }


CURSORS = ("after", "before", "page")


def _without(query: QueryDict, *keys: str) -> str:
    rest = query.copy()
    for key in (*keys, *CURSORS):
        rest.pop(key, None)
    return f"?{rest.urlencode()}"


def _chip(field: forms.BoundField, query: QueryDict) -> dict[str, str] | None:
    values = [value for value in query.getlist(field.html_name) if value]
    if not values:
        return None
    if field.is_hidden:  # a key, of no meaning to who reads it
        return {"label": str(field.label), "url": _without(query, field.html_name)}
    shown = "、".join(_shown(field.field, value) for value in values)
    return {"label": f"{field.label}：{shown}", "url": _without(query, field.html_name)}


def _shown(field: forms.Field, value: str) -> str:
    for key, words in getattr(field, "choices", ()):
        if str(key) == value:
            return str(words)
    if isinstance(field, forms.BooleanField):
        return "是"
    return value


class TableNode(Node):
    """The shell of every table; see `{% table %}`."""

    child_nodelists = ("head", "rows", "foot")

    def __init__(self, options: Mapping[str, FilterExpression], parts: Mapping[str, NodeList]) -> None:
        self.options = options
        self.head, self.rows, self.foot = parts["head"], parts["rows"], parts.get("foot", NodeList())

    def render(self, context: Context) -> SafeString:
        given = {name: option.resolve(context) for name, option in self.options.items()}
        look = " ".join(filter(None, ("table", "table-stack" if given.get("stack", True) else "", given.get("look"))))
        caption, label, foot = given.get("caption"), given.get("label"), self.foot.render(context)
        return format_html(
            '<div class="table-wrap"><table class="{}"{}>{}<thead><tr>{}</tr></thead><tbody>{}</tbody>{}</table></div>',
            look,
            format_html(' aria-label="{}"', label) if label else "",
            format_html("<caption>{}</caption>", caption) if caption else "",
            self.head.render(context),
            self.rows.render(context),
            format_html("<tfoot>{}</tfoot>", foot) if foot.strip() else "",
        )


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
