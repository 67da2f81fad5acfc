"""The frame and the components in a browser: policy, access, narrow screens, and nothing typed is lost."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.views.defaults import server_error

from tests.gallery import urls as gallery
from unions.sections import HELP, SECTIONS
from unions.templatetags.xinbao import unit_whole

ROOT = Path(__file__).parents[3]
AXE = ROOT / "tests/vendor/axe-core-4.14.1/axe.min.js"
in_gallery = pytest.mark.urls("tests.gallery.urls")


@pytest.fixture(autouse=True)
def signed_in() -> Iterator[None]:
    gallery.signed_in["yes"] = True
    gallery.posted.clear()
    yield


def violations(page: Any, but: Sequence[str] = ()) -> list[str]:
    """What axe-core objects to, but for these rules. Read through the debugger, so the content policy stays as it is."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        """but => axe.run({rules: Object.fromEntries(but.map(rule => [rule, {enabled: false}]))})
            .then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | ')))""",
        list(but),
    )
    return list(found)


@in_gallery
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("path", ["/gallery", "/sign-in?next=/cases"])
def test_pages_are_accessible_and_fit(open_page: Any, path: str, width: int) -> None:
    page = open_page(width=width)
    page.goto(path)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@in_gallery
def test_the_keyboard_reaches_content_and_navigation(open_page: Any) -> None:
    page = open_page(width=390)
    page.goto("/sign-in")
    page.goto("/gallery")
    toggler = page.get_by_role("button", name="打开或收起导航")
    toggler.click()
    assert page.evaluate("document.activeElement.closest('#sidebar') !== null")
    page.keyboard.press("Escape")
    assert toggler.get_attribute("aria-expanded") == "false"


COVERED_BY = """element => {
  const { left, top, width, height } = element.getBoundingClientRect();
  const points = [[4, 4], [width - 4, 4], [width / 2, height / 2], [4, height - 4], [width - 4, height - 4]];
  return points
    .map(([x, y]) => [left + x, top + y, document.elementFromPoint(left + x, top + y)])
    .filter(([, , hit]) => !element.contains(hit))
    .map(([x, y, hit]) => `${x} ${y} ${hit?.outerHTML.slice(0, 80)}`);
}"""


@in_gallery
@pytest.mark.parametrize("width", [1440, 390])
def test_the_menu_of_a_row_is_not_cut_off_by_its_table(open_page: Any, width: int) -> None:
    page = open_page(width=width)
    page.emulate_media(reduced_motion="reduce")
    page.goto("/gallery")
    table = page.locator("#one-row")
    summary, field, button = (table.locator("summary"), table.locator("input[name=opinion]"), table.locator("button"))
    for scrolled in (0, 60, -30):
        summary.evaluate("element => element.scrollIntoView({ block: 'center' })")
        summary.focus()
        page.keyboard.press("Enter")
        field.wait_for()
        page.evaluate("by => scrollBy(0, by)", scrolled)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert field.evaluate(COVERED_BY) + button.evaluate(COVERED_BY) == []
        under, shown = summary.bounding_box(), table.locator(".menu-body").bounding_box()
        assert abs(shown["y"] - under["y"] - under["height"] - 4) < 1 or shown["y"] + shown["height"] < under["y"]
        assert shown["x"] >= 0 and shown["x"] + shown["width"] <= width
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "opinion"
        page.keyboard.press("Escape")
        field.wait_for(state="hidden")
        assert summary.evaluate("element => element === document.activeElement")
    summary.click()
    page.set_viewport_size({"width": width - 40, "height": 900})
    field.fill("公布有误")
    page.locator("h1").click()
    field.wait_for(state="hidden")
    summary.click()
    with page.expect_navigation():
        button.click()
    assert gallery.posted[-1]["opinion"] == "公布有误"


@in_gallery
@pytest.mark.parametrize("width", [1440, 390])
def test_without_scripts_the_menu_of_a_row_makes_room_in_its_cell(browser: Any, live_server: Any, width: int) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/gallery")
    page.locator("#one-row summary").click()
    page.locator("#one-row input[name=opinion]").fill("公布有误")
    with page.expect_navigation():
        page.locator("#one-row button").click()
    context.close()
    assert gallery.posted[-1]["opinion"] == "公布有误"


@in_gallery
def test_a_table_wider_than_its_place_fades_where_there_is_more(open_page: Any) -> None:
    page = open_page(width=390)
    page.goto("/gallery")
    wrap = page.locator(".table-wrap:has(> .official)")
    fades = "element => [element.matches('.more-left'), element.matches('.more-right')]"
    page.wait_for_selector(".table-wrap.more-right:has(> .official)")
    assert wrap.evaluate(fades) == [False, True]
    wrap.evaluate("element => { element.scrollLeft = 40 }")
    page.wait_for_selector(".table-wrap.more-left:has(> .official)")
    assert wrap.evaluate(fades) == [True, True]
    wrap.evaluate("element => { element.scrollLeft = element.scrollWidth }")
    page.wait_for_selector(".table-wrap.more-left:not(.more-right):has(> .official)")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_selector(".table-wrap:not(.more-left, .more-right):has(> .official)")


def test_the_unit_of_a_heading_never_breaks() -> None:
    assert unit_whole("涉及金额（万元）") == '涉及金额<span class="text-nowrap">（万元）</span>'
    assert unit_whole("案件数(件)") == '案件数<span class="text-nowrap">(件)</span>'
    assert unit_whole("办结率（%）") == '办结率<span class="text-nowrap">（%）</span>'
    assert unit_whole("其中：农民工数") == "其中：农民工数"
    assert unit_whole("<b>数（件）") == '&lt;b&gt;数<span class="text-nowrap">（件）</span>'


# Offices still have Chromium 86 (the browsers 360 and Qihoo ship). What it does not know → from which version on.
UNKNOWN_IN_STYLE = {
    r"(?<![\w-])inset\s*:": 87,
    r"(?<![\w-])(?:padding|margin)-(?:inline|block)\s*:": 87,
    r":not\([^()]*,": 88,
    r":is\(": 88,
    r"aspect-ratio\s*:": 88,
    r"\b\d+(?:dvh|svh|lvh)\b": 108,
    r"@(?:layer|container|scope|starting-style)\b": 99,
    r"color-mix\(": 111,
    r"@media[^{]*[<>]=?": 104,
    r"(?m)^\s*&|[{;]\s*&": 112,  # nesting
    r"(?<![\w-])scrollbar-gutter\s*:": 94,
    r"(?<![\w-])(?:translate|rotate|scale)\s*:": 104,
    r"\b(?:oklch|oklab|light-dark)\(": 111,
}
UNKNOWN_IN_SCRIPT = {
    r"\.at\(": 92,
    r"\bstructuredClone\(": 98,
    r"Object\.(?:hasOwn|groupBy)\(": 93,
    r"\.(?:findLast|findLastIndex|toSorted|toReversed|toSpliced)\(": 97,
    r"crypto\.randomUUID\(": 92,
    r"\bstatic\s*\{": 94,
    r":has\(": 105,
    r"\.style\.inset\b": 87,
    r"AbortSignal\.(?:timeout|any)\(": 103,
    r"\bscheduler\.": 94,
    r"\?\?=|\|\|=|&&=": 85,  # so new that a browser built on 86 without its flags may lack it
    r"\.inert\b|toggleAttribute\(.inert": 102,
    r"\.(?:showPicker|requestClose)\(": 99,
    r"Array\.fromAsync|Promise\.withResolvers|Iterator\.from": 119,
    r"\.(?:union|intersection|difference|isSubsetOf)\(": 122,
    r"import\s*\.meta\.resolve": 105,
}


def test_styles_and_scripts_use_nothing_that_chromium_86_lacks() -> None:
    """Of a list of selectors with one it does not know it drops all: such a selector (`:has`, `:where`) has a rule of its own,
    and what that rule does may be missing."""
    kinds = {"css/*.css": UNKNOWN_IN_STYLE, "js/*.js": UNKNOWN_IN_SCRIPT}
    texts = [(path, unknown) for pattern, unknown in kinds.items() for path in (ROOT / "static").glob(pattern)]
    wrong = [
        f"{path.name}: {found.group()} (since {version})"
        for path, unknown in texts
        for pattern, version in unknown.items()
        for found in re.finditer(pattern, re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S))
    ]
    for sheet in (ROOT / "static/css").glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
        for some in re.findall(r"([^{}]+)\{[^{}]*\}", text):
            if re.search(r":has\(|:where\(", some) and len(re.split(r",(?![^()]*\))", some)) > 1:
                wrong.append(f"{sheet.name}: {some.strip()} takes others along")
    assert wrong == []


@in_gallery
def test_menus_open_in_a_browser_without_popovers(page: Any) -> None:
    """As in Chromium 86: no `popover`, and a selector it does not know is an error."""
    page.add_init_script("""
      for (const name of ["popover", "showPopover", "hidePopover", "togglePopover"]) delete HTMLElement.prototype[name];
      const matches = Element.prototype.matches;
      Element.prototype.matches = function (selector) {
        if (selector.includes(":popover-open")) throw new DOMException(`${selector} is not a valid selector`);
        return matches.call(this, selector);
      };
    """)
    page.goto("/gallery")
    table = page.locator("#one-row")
    table.locator("summary").click()
    table.locator("input[name=opinion]").fill("公布有误")
    page.evaluate("scrollBy(0, 30)")
    page.set_viewport_size({"width": 1000, "height": 700})
    with page.expect_navigation():
        table.locator("button").click()
    assert gallery.posted[-1]["opinion"] == "公布有误"


@in_gallery
def test_a_swapped_in_part_takes_no_inline_style_along(page: Any) -> None:
    """What a person pulled larger or a menu was placed by is a style of the element: copied to the new one it offends the policy."""
    page.goto("/gallery")
    page.evaluate("""() => {
      const [old, fresh] = ["旧", "新"].map((text) => `<div id="swapped"><textarea id="pulled">${text}</textarea></div>`);
      document.querySelector("main").insertAdjacentHTML("beforeend", old);
      document.getElementById("pulled").style.height = "9rem";
      htmx.swap("#swapped", fresh, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
    }""")
    page.wait_for_function("document.getElementById('pulled').value === '新'")
    page.wait_for_timeout(100)


@in_gallery
def test_a_chart_is_drawn_from_json(page: Any) -> None:
    page.goto("/gallery")
    page.locator("[data-chart]").scroll_into_view_if_needed()
    page.locator("[data-chart] canvas").wait_for()


@in_gallery
def test_a_confirmed_button_asks_first_and_a_form_is_sent_once(page: Any) -> None:
    page.goto("/gallery")
    page.get_by_label("企业名称").first.fill("昆仑建筑")
    page.get_by_role("button", name="删除").click()
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    assert gallery.posted == []
    page.get_by_role("button", name="删除").click()
    with page.expect_navigation():
        page.get_by_role("dialog").get_by_role("button", name="删除").click()
    assert len(gallery.posted) == 1
    page.get_by_role("button", name="存草稿").click(click_count=2)
    page.wait_for_load_state()
    assert [sent.get("draft") for sent in gallery.posted] == [None, "1"]


@in_gallery
def test_what_was_typed_outlives_the_session(page: Any) -> None:
    page.goto("/gallery")
    gallery.signed_in["yes"] = False
    page.get_by_label("欠薪经过").fill("三月起未发工资")
    page.get_by_text("已保存在本机，重新登录后可继续").wait_for()
    page.get_by_role("link", name="重新登录").click()
    page.get_by_text("返回原页面").wait_for()
    gallery.signed_in["yes"] = True
    page.goto("/gallery")
    page.get_by_text("的填写，尚未提交").wait_for()
    assert page.get_by_label("欠薪经过").input_value() == "三月起未发工资"
    page.get_by_text("草稿已保存 09:05").wait_for()
    page.goto("/gallery")
    assert page.get_by_label("欠薪经过").input_value() == ""


@in_gallery
def test_a_fragment_says_a_refusal_and_survives_an_expired_sign_in(page: Any, problems: list[str]) -> None:
    page.goto("/gallery")
    page.locator(".secret summary").click()
    purpose = page.get_by_label("查看联系电话的用途")
    purpose.fill("好奇")
    purpose.press("Enter")
    page.locator("[data-toasts]").get_by_text("用途要说明办的是哪件事").wait_for()
    assert page.locator("h1").count() == 1
    gallery.signed_in["yes"] = False
    purpose.press("Enter")
    page.wait_for_url("**/sign-in?next=%2Fgallery")
    gallery.signed_in["yes"] = True
    page.goto("/gallery")
    page.locator(".secret summary").click()
    purpose.fill("电话核实金额")
    purpose.press("Enter")
    page.get_by_text("13812345678").wait_for()
    problems[:] = [line for line in problems if "422" not in line]


@in_gallery
def test_a_sent_form_leaves_no_copy_behind(page: Any) -> None:
    page.goto("/gallery")
    gallery.signed_in["yes"] = False
    page.get_by_label("欠薪经过").fill("三月起未发工资")
    page.get_by_text("已保存在本机，重新登录后可继续").wait_for()
    gallery.signed_in["yes"] = True
    with page.expect_navigation():
        page.get_by_role("button", name="存草稿").click()
    page.get_by_role("heading", name="已存").wait_for()
    assert page.evaluate("Object.keys(localStorage)") == []


@in_gallery
@pytest.mark.parametrize("code", [400, 403, 404, 409, 429, 500])
def test_errors_say_what_to_do(client: Client, code: int) -> None:
    page = client.get(f"/gallery/{code}").content.decode()
    assert "data-refusal" in page
    assert "返回工作台" in page


def test_the_page_of_a_failure_needs_no_context(rf: RequestFactory) -> None:
    assert "系统出错了" in server_error(rf.get("/")).content.decode()


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    names = set((ROOT / "static/vendor/tabler-icons-3.51.0/names.txt").read_text().split())
    pattern = re.compile(r"""icon(?:\|default:| |=)["']([a-z0-9-]+)["']""")
    used = {name for file in (ROOT / "templates").rglob("*.html") for name in pattern.findall(file.read_text())}
    used |= {section.icon for section in (*SECTIONS, HELP)}
    assert used - names == set()


def test_templates_keep_to_the_policy() -> None:
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]{3,}=|javascript:|hx-on|https?://(?!www\.w3\.org)|data-bs-"
    )
    wrong = {
        f"{file.relative_to(ROOT)}: {found.group()}"
        for file in (ROOT / "templates").rglob("*.html")
        for found in inline.finditer(file.read_text())
    }
    assert wrong == set()


def test_templates_have_one_block_element_a_line() -> None:
    tags = "article|aside|blockquote|dd|dialog|div|dl|dt|fieldset|footer|form|h[1-6]|header|legend|li|main|nav|ol|p"
    opening = re.compile(rf"<(?:{tags}|section|table|tbody|td|tfoot|th|thead|tr|ul)\b")
    wrong = {
        f"{file.relative_to(ROOT)}:{number}"
        for file in (ROOT / "templates").rglob("*.html")
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if len(opening.findall(line)) > 1
    }
    assert wrong == set()


def selectors(sheet: Path) -> list[str]:
    """Every selector of a style sheet, also those inside @media."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
    return [one.strip() for some in re.findall(r"([^{}]+)\{[^{}]*\}", text) for one in re.split(r",(?![^()]*\))", some)]


# The side of the workers has one sheet of its own, as PDFs have; print.css restyles what others define.
SHEETS = sorted(p for p in (ROOT / "static/css").glob("*.css") if p.stem not in ("portal", "print", "pdf"))


def test_a_class_is_defined_in_one_style_sheet() -> None:
    places: dict[str, set[str]] = {}
    for sheet in SHEETS:
        for selector in selectors(sheet):
            if name := re.fullmatch(r"[a-z]*\.([\w-]+)(?:::?[\w-]+(?:\([^ ]*\))?)*", selector):
                places.setdefault(name[1], set()).add(sheet.stem)
    # On paper an official table needs no head of the page above it.
    assert {name: where for name, where in places.items() if len(where) > 1} == {"page-head": {"page-head", "sheet"}}


def test_every_class_of_a_style_sheet_is_used() -> None:
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").glob("*.js"), *ROOT.glob("[a-z]*/**/*.py")]
    used = set(re.findall(r"[\w-]+", " ".join(file.read_text() for file in files if "tests" not in file.parts)))
    composed = (
        "chart-",
        "day-",
        "field-",
        "notice-",
        "shade-",
        "stat-",
        "state-",
        "tile-column",
        "tile-row",
        "tone-",
        "without-",
    )
    unused = {
        f"{sheet.name}: {name}"
        for sheet in [*SHEETS, *(ROOT / f"static/css/{name}.css" for name in ("print", "pdf"))]
        for selector in selectors(sheet)
        for name in re.findall(r"\.([a-zA-Z][\w-]*)", selector)
        if name not in used and not name.startswith(composed)
    }
    assert unused == set()


def test_vendored_files_are_what_they_were() -> None:
    for sums in [*ROOT.glob("static/vendor/*/SHA256SUMS"), *ROOT.glob("tests/vendor/*/SHA256SUMS")]:
        for line in sums.read_text().splitlines():
            expected, name = line.split()
            assert hashlib.sha256((sums.parent / name).read_bytes()).hexdigest() == expected, (
                f"{sums.parent.name}/{name}"
            )


def test_static_files_can_be_collected_with_their_hashes(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()
