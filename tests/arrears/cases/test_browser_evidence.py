"""Evidence in a browser: dropped, pasted and chosen files, each with its kind; a picture and a PDF over the list."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.arrears.desk.test_browser_spine import enter
from tests.browsing import press
from tests.cast import World, a_case
from tests.pictures import picture
from tests.unions.common.test_visual_language import violations

GIVE = """([kind, files]) => {
    const transfer = new DataTransfer();
    for (const [name, type, text] of files)
        transfer.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name, {type}));
    const event = kind === "paste"
        ? new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true, cancelable: true})
        : new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true});
    document.body.dispatchEvent(event);
}"""


def given(name: str, kind: str, content: bytes) -> list[str]:
    return [name, kind, base64.b64encode(content).decode()]


def seen(page: Any, name: str) -> None:
    if place := os.environ.get("PICTURES"):
        page.screenshot(path=f"{place}/{name}.png", full_page=True)


def width_of(image: Any) -> int:
    """How wide the picture is that came, in its own pixels."""
    image.scroll_into_view_if_needed()
    width: int = image.evaluate("image => image.decode().then(() => image.naturalWidth)")
    return width


@pytest.mark.parametrize("width", [1440, 390])
def test_files_come_by_drop_paste_and_choice(
    open_page: Callable[..., Any], world: World, settings: Any, tmp_path: Path, width: int
) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = a_case(world)
    page = enter(open_page, "li", width)
    page.goto(f"/cases/{case.pk}/?tab=evidence")
    chosen = tmp_path / "劳动合同.pdf"
    chosen.write_bytes(b"%PDF-1.7 x")
    page.get_by_label("文件（可多选）").set_input_files(chosen)
    page.evaluate(GIVE, ["drop", [given("6—10月工资表.jpg", "image/jpeg", picture(3, "JPEG", (900, 600)))]])
    page.evaluate(GIVE, ["paste", [given("image.png", "image/png", picture(4, size=(500, 700)))]])
    page.get_by_label("“劳动合同.pdf”的材料类别").select_option(label="劳动合同")
    assert page.locator("#evidence-chosen figure").count() == 3
    page.evaluate(GIVE, ["drop", [given("错.pdf", "application/pdf", b"%PDF-1.7 y")]])
    page.get_by_role("button", name="移除“错.pdf”").click()
    assert page.locator("#evidence-chosen figure").count() == 3
    seen(page, f"chosen-{width}")
    assert violations(page) == []
    press(page, "上传")
    rows = list(case.evidence.values_list("name", "kind"))
    assert rows[:2] == [("劳动合同.pdf", "contract"), ("6—10月工资表.jpg", "payroll")]
    assert len(rows) == 3 and rows[2][0].startswith("截图 ") and rows[2][1] == "media"
    assert [width_of(image) for image in page.locator(".file-small img").all()] == [320, 229]
    seen(page, f"listed-{width}")
    page.get_by_role("link", name="6—10月工资表.jpg", exact=True).click()
    panel = page.get_by_role("dialog", name="6—10月工资表.jpg")
    panel.wait_for()
    assert width_of(panel.get_by_role("img")) == 900
    seen(page, f"panel-{width}")
    assert violations(page) == []
    panel.get_by_role("link", name="下一份").click()
    page.get_by_role("dialog", name="截图").wait_for()
    assert width_of(page.locator("#evidence-panel img")) == 500
    page.keyboard.press("Escape")
    assert not page.locator("#evidence-panel").is_visible()
    page.goto(f"/cases/{case.pk}/evidence/{case.evidence.last().pk}/page/")
    seen(page, f"page-{width}")
    assert violations(page) == []


PASTE_CELLS = """() => {
    const transfer = new DataTransfer();
    transfer.setData("text/plain", "张三\\t3200");
    transfer.items.add(new File([new Uint8Array(9)], "image.png", {type: "image/png"}));
    const event = new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true, cancelable: true});
    return document.querySelector("[name=note]").dispatchEvent(event);
}"""


def test_cells_pasted_into_a_field_of_text_stay_words(open_page: Callable[..., Any], world: World) -> None:
    case = a_case(world)
    page = enter(open_page, "li", 1440)
    page.goto(f"/cases/{case.pk}/?tab=evidence")
    assert page.evaluate(PASTE_CELLS), "the browser was kept from pasting the words"
    assert page.locator("#evidence-chosen figure").count() == 0
