"""Filters and tags of the visual language; a template builtin, so no page loads it. See docs/visual-language.md."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.core.paginator import Page
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from unions import form_drafts
from unions.common import components as markup
from unions.common import formats
from unions.common.clauses import clause_name
from unions.models import Job, JobState

register = template.Library()

for _name in (
    "yuan",
    "yuan_unit",
    "wan",
    "wan_people",
    "people",
    "day",
    "moment",
    "clock",
    "elapsed",
    "size",
    "mask_name",
    "mask_phone",
    "mask_identity",
):
    register.filter(_name, getattr(formats, _name))

UNIT_AT_END = re.compile(r"[（(][\w%]+[)）]$")
SPRITE = "vendor/tabler-icons-3.51.0/outline.svg"

# What a state feels like: neutral, info, busy, away, good, done, bad. The words belong to the models.
TONES: dict[str, str] = {
    "draft": "neutral",
    "dismissed": "neutral",
    "cancelled": "neutral",
    "expired": "neutral",
    "lifted": "neutral",
    "clue": "info",
    "approved": "info",
    "queued": "info",
    "pending": "info",
    "sent": "info",
    "open": "busy",
    "requested": "busy",
    "running": "busy",
    "due": "busy",
    "submitted": "busy",
    "transferring": "away",
    "legal": "away",
    "settled": "good",
    "received": "good",
    "ready": "good",
    "met": "good",
    "accepted": "good",
    "active": "good",
    "closed": "done",
    "ended": "done",
    "returned": "bad",
    "failed": "bad",
    "overdue": "bad",
    "refused": "bad",
    "missed": "bad",
}

NOTICE_ICONS = {
    "info": "info-circle",
    "good": "circle-check",
    "warn": "alert-triangle",
    "refusal": "hand-stop",
    "barred": "lock",
}


@register.simple_tag
def icon(name: str, label: str = "", classes: str = "") -> SafeString:
    """An outline icon from the sprite. Decorative unless `label` is given, which is then read aloud."""
    hidden = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" {} focusable="false"><use href="{}#{}"></use></svg>',
        classes,
        hidden,
        static(SPRITE),
        name,
    )


_icon = icon


@register.simple_tag
def state_badge(subject: Any, label: str = "", tone: str = "") -> SafeString:
    """`{% state_badge case %}` (an object with `state` and its display) or `{% state_badge "open" "办理中" %}`."""
    state = subject if isinstance(subject, str) else subject.state
    words = label or (state if isinstance(subject, str) else subject.get_state_display())
    return format_html('<span class="state state-{}">{}</span>', tone or TONES.get(str(state), "neutral"), words)


@register.simple_tag(takes_context=True)
def once(context: Mapping[str, Any]) -> SafeString:
    """`{% once %}` in a form whose view is `taken_once`: the same form sent again, by whichever way, makes no second row."""
    sent = context["request"].POST.get("once", "") if context["request"].method == "POST" else ""
    return format_html('<input type="hidden" name="once" value="{}">', sent or get_random_string(24))


# The first button is the one that Enter presses; one that is disabled presses nothing, without JavaScript as well.
NO_ENTER = mark_safe('<button type="submit" class="d-none" disabled tabindex="-1" aria-hidden="true"></button>')


@register.simple_tag
def no_enter() -> SafeString:
    """`{% no_enter %}` right after the CSRF token of a page that is itself the question: only its button sends it."""
    return NO_ENTER


@register.simple_tag
def asks_first(
    form: forms.BaseForm | None = None, only: str = "", says: str = "", title: str = "", action: str = ""
) -> SafeString:
    """`{% asks_first form %}` right after the CSRF token of a form that cannot be taken back: what was filled in is shown and
    asked about once before it is sent, without JavaScript as well (`unions.middleware.AsksFirst`), and Enter sends nothing.

    `only`: the buttons it is about, "submit=file submit=report_clue"; none named, all. `says`: what follows, above the summary. `title`,
    `action`: the question and its button.
    """
    labels = markup.words_of_fields(form) if form is not None else {}
    asked = {"only": only.split(), "says": says, "title": title, "action": action, "labels": labels}
    return format_html(
        '{}<input type="hidden" name="asks_first" value="{}">',
        NO_ENTER,
        json.dumps(asked, ensure_ascii=False, separators=(",", ":")),
    )


@register.simple_tag(takes_context=True)
def words_sent(context: Mapping[str, Any]) -> list[str]:
    """`{% words_sent as words %}`: what was written into the form that is refused here."""
    return form_drafts.words_sent(context.get("request"))


@register.simple_tag(takes_context=True)
def query_replace(context: Mapping[str, Any], **changes: Any) -> str:
    """The current query string with `changes`; None or "" removes a key. Always begins with `?`."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def as_clause(clause: object, rulebook: object = "") -> str:
    """The clause as people read it: “青岛通知第六条（四）”; a law's is “法律法规”. `rulebook`: its key, where it is known."""
    return clause_name(clause, rulebook).name


@register.simple_tag
def clause_tag(clause: object, rulebook: object = "") -> SafeString:
    """The clause as a tag, its words on hover; nothing where no notice in force speaks of it."""
    if not clause:
        return mark_safe("")
    found = clause_name(clause, rulebook)
    return format_html('<span class="tag" title="{}">{}</span>', found.words, found.name)


@register.filter
def unit_whole(heading: str) -> SafeString:
    """涉及金额（万元）: a narrow column breaks before the unit, never inside it."""
    unit = UNIT_AT_END.search(heading)
    if unit is None:
        return format_html("{}", heading)
    return format_html('{}<span class="text-nowrap">{}</span>', heading[: unit.start()], unit.group())


@register.filter
def get_item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """`mapping[key]`, or None."""
    return mapping.get(key)


@register.inclusion_tag("components/field_row.html")
def field_row(
    field: forms.BoundField, width: str = "", unit: str = "", help: str = "", label: str = ""
) -> dict[str, Any]:
    """A labelled input with its mark, help and errors. `width`: third, half (default) or wide; `unit` trails it."""
    return markup.field_parts(field, width=width, unit=unit, help_text=help, label=label)


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """The summary above a refused form: what is wrong in all, and a link to each field."""
    return {"form": form, "wrong": [field for field in form if field.errors], "general": form.non_field_errors()}


@register.inclusion_tag("components/filter_bar.html", takes_context=True)
def filter_bar(
    context: Mapping[str, Any], form: forms.Form, search: str = "q", placeholder: str = "搜索"
) -> dict[str, Any]:
    """A GET form: a search box (`search` names its field), selects, chips of what is set, and 清除."""
    parts = markup.filter_parts(form, search, placeholder, context["request"].GET)
    if listing := markup.listing_of(context):
        parts |= {"views": markup.views_parts(context, listing), "copy": listing.copy}
    return parts


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(
    context: Mapping[str, Any], previous: str | None = "", next: str | None = "", note: str = ""
) -> dict[str, Any]:
    """Keyset pages: addresses of the neighbours (empty at an end) and a note such as “第 51–100 件”."""
    return {"previous": previous, "next": next, "note": note}


@register.inclusion_tag("components/pager.html", takes_context=True)
def numbered_pager(
    context: Mapping[str, Any], pages: Any = None, previous: int | None = None, next: int | None = None, note: str = ""
) -> dict[str, Any]:
    """Numbered pages: `pages` is Django's Page, or has `previous, next, note`; else these are given one by one."""
    if isinstance(pages, Page):
        previous = pages.number - 1 if pages.has_previous() else None
        next = pages.number + 1 if pages.has_next() else None
        note = f"第 {pages.number} / {pages.paginator.num_pages} 页"
    elif pages is not None:
        previous, next, note = pages.previous, pages.next, pages.note
    before, after = (query_replace(context, page=number) if number else "" for number in (previous, next))
    return {"previous": before, "next": after, "note": note}


@register.inclusion_tag("components/empty.html")
def empty_state(
    title: str, sentence: str = "", icon: str = "inbox", action: str = "", url: str = "", action_icon: str = "plus"
) -> dict[str, str]:
    """Nothing here yet: what it means and the button that does the next thing."""
    return {
        "title": title,
        "sentence": sentence,
        "icon": icon,
        "action": action,
        "url": url,
        "action_icon": action_icon,
    }


@register.inclusion_tag("components/stat.html")
def stat(
    label: str, value: Any, unit: str = "", url: str = "", note: str = "", tone: str = "", icon: str = ""
) -> dict[str, Any]:
    """A figure tile; `value` comes formatted. With `url` the whole tile opens what is behind the figure."""
    return {"label": label, "value": value, "unit": unit, "url": url, "note": note, "tone": tone, "icon": icon}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """办理记录, newest first. Each event: `at, who, what`, and optionally `place, note, tone, icon, changes, url`."""
    return {"events": events}


@register.simple_block_tag
def steps(content: str, upright: bool = False) -> SafeString:
    """`{% steps %}{% step "拟稿" name moment tone="done" %}…{% endsteps %}`: how far a matter has come."""
    return format_html('<ol class="level-line{}">{}</ol>', " upright" if upright else "", content)


@register.simple_tag
def step(label: Any, *lines: Any, tone: str = "") -> SafeString:
    """One step and the lines under it (empty ones are left out); tones done, bad, and none for what is to come."""
    shown = format_html_join("", "<span>{}</span>", ((line,) for line in lines if line not in (None, "")))
    return format_html(
        "<li{}><strong>{}</strong>{}</li>", format_html(' class="{}"', tone) if tone else "", label, shown
    )


@register.inclusion_tag("components/changes.html")
def changes(rows: Iterable[Any]) -> dict[str, Any]:
    """What differs, for an approver. Each row: `label, before, after`."""
    return {"rows": rows}


@register.inclusion_tag("components/progress.html")
def progress(done: int, total: int, label: str = "", note: str = "") -> dict[str, Any]:
    """A progress bar with words; `total` 0 means the length is not known yet."""
    percent = min(100, int(done * 100 / total)) if total else None
    return {"done": done, "total": total, "percent": percent, "label": label, "note": note}


@register.inclusion_tag("components/progress.html")
def job_progress(job: Job, waiting: str, running: str) -> dict[str, Any]:
    """The bar of a job under way, with the note for a job in line or the one for a job at work."""
    if job.state == JobState.WAITING:
        return progress(0, 0, job.get_state_display(), waiting)
    return progress(job.done_count, job.total_count, job.get_state_display(), running)


@register.inclusion_tag("components/file_row.html")
def file_row(
    name: str, bytes: int | None = None, note: str = "", url: str = "", remove_url: str = ""
) -> dict[str, Any]:
    """One file: icon by kind, name, size, a note (who, when), download and removal."""
    return {
        "name": name,
        "bytes": bytes,
        "note": note,
        "url": url,
        "remove_url": remove_url,
        "icon": markup.file_icon(name),
    }


@register.inclusion_tag("components/checksum.html")
def checksum(sha256: str, of: str, named: bool = False) -> dict[str, Any]:
    """The SHA-256 of a file, shortened, with a button that copies it whole; `named` writes before it whose it is."""
    return {"sha256": sha256, "of": of, "named": named}


@register.inclusion_tag("components/secret.html")
def secret(masked: str, reveal_url: str = "", what: str = "", text: str = "", refused: str = "") -> dict[str, str]:
    """A masked value; with `reveal_url` the reader may ask for it by stating a purpose (POST `purpose`, logged).

    The answer is `text`, the value itself, or `refused`, why not.
    """
    return {"masked": masked, "reveal_url": reveal_url, "what": what, "text": text, "refused": refused}


@register.inclusion_tag("components/why_not.html")
def why_not(reasons: str | Iterable[str], title: str = "这一步不能由您来办") -> dict[str, Any]:
    """Stands where a button would: the reader may not do this, and why."""
    return {"reasons": [reasons] if isinstance(reasons, str) else list(reasons), "title": title}


@register.inclusion_tag("components/chart.html")
def chart(url: str, label: str, height: str = "") -> dict[str, str]:
    """A chart drawn from JSON at `url`; `label` says in words what it shows. `height`: "", tall or short."""
    return {"url": url, "label": label, "height": height}


@register.filter
def waiting_at(waits: Mapping[str, int], name: str) -> int:
    """How many wait behind the tab of this URL name; `what_waits` of every page, counted with the sidebar."""
    return waits.get(name, 0)


@register.inclusion_tag("components/tab.html")
def tab(label: str, url: str, active: bool = False, count: int | None = None) -> dict[str, Any]:
    """One tab, a real link; stands inside `<nav class="tabs">`."""
    return {"label": label, "url": url, "active": active, "count": count}


@register.simple_tag
def fact(label: str, value: Any = "", wide: bool = False) -> SafeString:
    """One pair of `<dl class="facts">`; an empty value reads 未填写."""
    shown = value if value not in (None, "", formats.NOTHING) else mark_safe('<span class="text-muted">未填写</span>')
    return format_html('<div class="{}"><dt>{}</dt><dd>{}</dd></div>', "fact-wide" if wide else "", label, shown)


@register.simple_block_tag
def notice(
    content: str, tone: str = "info", title: str = "", icon: str = "", role: str = "", focus: bool = False
) -> SafeString:
    """`{% notice "warn" title="…" %}…{% endnotice %}`; tones info, good, warn, refusal (read aloud at once), barred.

    `focus` marks what has happened to a form: it is read aloud and takes the focus when the page arrives.
    """
    return format_html(
        '<div class="notice notice-{}" role="{}"{}>{}<div class="notice-body">{}{}</div></div>',
        tone,
        role or ("alert" if focus or tone == "refusal" else "note"),
        mark_safe(' tabindex="-1" data-focus') if focus else "",
        _icon(icon or NOTICE_ICONS.get(tone, "info-circle")),
        format_html('<p class="notice-title">{}</p>', title) if title else "",
        content,
    )


@register.simple_block_tag
def breadcrumb(content: str) -> SafeString:
    """`{% breadcrumb %}{% crumb "欠薪案件" "cases" %}{% here %}{{ case }}{% endhere %}{% endbreadcrumb %}`."""
    return format_html('<nav aria-label="位置"><ol class="crumbs">{}</ol></nav>', content)


@register.simple_tag
def crumb(label: Any, to: str, *args: Any, **query: Any) -> SafeString:
    """A page above this one; `to` is its address, or the name of its URL followed by the arguments."""
    address = to if to.startswith(("/", "?", "#")) else reverse(to, args=args)
    if query:
        address = f"{address.rstrip('?')}?{urlencode(query)}"
    return format_html('<li><a href="{}">{}</a></li>', address, label)


@register.simple_block_tag
def here(content: str) -> SafeString:
    """The page itself, last in its breadcrumb."""
    return format_html('<li><span aria-current="page">{}</span></li>', content)


@register.tag
def table(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """`{% table %}{% th "编号" %}{% th "人数（人）" num=True %}{% rows %}<tr>…</tr>{% foot %}<tr>…</tr>{% endtable %}`.

    On a phone each row becomes a card, unless `stack=False`; `look` adds a class, `caption` stands with the table.
    The first table of a list page is its list and brings columns, print and export; `list=False`: not this one.
    """
    options = template.base.token_kwargs(token.split_contents()[1:], parser)
    parts = {"head": parser.parse(("rows",))}
    parser.delete_first_token()
    parts["rows"] = parser.parse(("foot", "endtable"))
    if parser.next_token().contents == "foot":
        parts["foot"] = parser.parse(("endtable",))
        parser.delete_first_token()
    return markup.TableNode(options, parts)


@register.simple_tag(takes_context=True)
def th(context: Mapping[str, Any], label: Any, num: bool = False, hidden: bool = False) -> SafeString:
    """A column's heading; `num` for figures, `hidden` where the column shows only buttons. That of a list orders it, where it can."""
    shown = format_html('<span class="visually-hidden">{}</span>', label) if hidden else label
    listing = context.get("listing")
    column = listing.sorts.get(str(label)) if listing else None
    look = mark_safe(' class="num"') if num else ""
    if listing is None or column is None or listing.copy:
        return format_html('<th scope="col"{}>{}</th>', look, shown)
    up, down = listing.sort == column, listing.sort == f"-{column}"
    then = "" if down else f"-{column}" if up else column
    return format_html(
        '<th scope="col"{}{}><a class="sort-link" href="{}" title="{}">{}{}</a></th>',
        look,
        mark_safe(f' aria-sort="{"ascending" if up else "descending"}"') if up or down else "",
        query_replace(context, sort=then, after=None, before=None),
        "恢复原来的次序" if down else "按此列降序" if up else "按此列升序",
        shown,
        icon("arrow-up" if up else "arrow-down") if up or down else "",
    )


@register.simple_block_tag
def field_fold(
    content: str,
    title: str,
    form: forms.BaseForm,
    names: str,
    note: str = "",
    opened: bool = False,
    opens_with: str = "",
) -> SafeString:
    """`{% field_fold "工程项目" form "project_name nature" opens_with="on_project" %}…{% endfield_fold %}`: fields that open when they
    are needed. `names`: which; a fault among them opens it, and how many are filled in is said while it is closed. `opens_with`: the
    tick that opens it.
    """
    return markup.field_fold(content, title, form, names.split(), note=note, opened=opened, opens_with=opens_with)


@register.simple_block_tag
def field_group(content: str, title: str, note: str = "") -> SafeString:
    """`{% field_group "用人单位" note="…" %}{% field_row … %}…{% endfield_group %}`: a titled grid of fields."""
    explained = format_html('<p class="field-group-note">{}</p>', note) if note else ""
    return format_html(
        '<fieldset class="field-group"><legend>{}</legend>{}<div class="fields">{}</div></fieldset>',
        title,
        explained,
        content,
    )
