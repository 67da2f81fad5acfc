"""Take the pictures of README.md and of the manual from the demo: `make run` in one terminal, `.venv/bin/python docs/tools/pictures.py` in another.

Takes the address of the server as its only argument. Imports one small workbook with two bad cells, which writes nothing.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "pictures"
MANUAL = PICTURES.parents[1] / "static" / "manual"
MOST_BYTES = 150 * 1024
PASSWORD = "xinbao-demo-2026"
CHROMIUM = "/usr/bin/chromium"


def case(page: Page) -> None:
    page.goto("/cases/?mine=on&state=open")
    page.locator("tbody a").nth(1).click()


def approval(page: Page) -> None:
    page.goto("/escalations/?list=approve")
    page.locator("tbody a").first.click()


def imported(page: Page) -> None:
    page.goto("/import/cases/")
    with tempfile.TemporaryDirectory() as folder:
        # An ASCII name: not every machine has the Chinese locale.
        path = Path(folder) / "taizhang-2025.xlsx"
        book = Workbook()
        rows: list[list[object]] = [
            ["受理日期", "企业名称", "所属行业", "欠薪涉及人数(人)", "欠薪金额(元)"],
            ["2025-13-01", "城东某建筑劳务有限公司", "建筑业", 12, 96000],
            ["2025-11-20", "城东某餐饮有限公司", "住宿餐饮业", "七八个", 31000],
            ["2025-12-02", "城东某制衣有限公司", "服装", 9, 52000],
        ]
        for row in rows:
            book.worksheets[0].append(row)
        book.save(path)
        page.set_input_files("[type=file]", path)
        page.get_by_role("button", name="上传并核对").click()
        page.get_by_text("未导入任何数据").wait_for()


def collection(page: Page) -> None:
    page.goto("/collections/")
    page.get_by_role("row", name="欠薪案件周报").first.get_by_role("link").first.click()


# File name → whose page it is, and how to get there.
SHOTS: dict[str, tuple[str, Callable[[Page], object]]] = {
    "desk": ("quxian-jingban", lambda page: page.goto("/")),
    "case": ("quxian-jingban", case),
    "approval": ("qiye-shenpi", approval),
    "form": ("sheng-tongji", lambda page: page.goto("/forms/qinghai-annex-2/")),
    "overview": ("sheng-tongji", lambda page: page.goto("/overview/")),
    "import": ("quxian-jingban", imported),
    "collection": ("sheng-tongji", collection),
    "map": ("shandong-tongji", lambda page: page.goto("/boards/map/")),
    "comparison": ("shandong-tongji", lambda page: page.goto("/boards/comparison/")),
    "rulebook": ("sheng-tongji", lambda page: page.goto("/rulebooks/qinghai-2022-41/")),
}

# The same of the manual, at most 150 kB each.
OF_THE_MANUAL: dict[str, tuple[str, Callable[[Page], object]]] = {
    "enterprise-desk": ("qiye-jingban", lambda page: page.goto("/")),
    "district-desk": ("quxian-jingban", lambda page: page.goto("/")),
    "district-case": ("quxian-jingban", case),
    "approver-approval": ("qiye-shenpi", approval),
    "statistician-returns": ("sheng-tongji", lambda page: page.goto("/returns/")),
    "administrator-desk": ("quxian-guanli", lambda page: page.goto("/")),
    "department-incoming": ("quxian-renshe", lambda page: page.goto("/incoming/")),
    "worker-write": ("", lambda page: page.goto("/window/write/")),
    "platform-accounts": ("anquan", lambda page: page.goto("/accounts/")),
}


def take(browser: Browser, address: str, file: Path, username: str, go: Callable[[Page], object]) -> None:
    """`username`: "" for a page that asks for no account."""
    view = {"width": 1440, "height": 900}
    page = browser.new_page(base_url=address, viewport=view, locale="zh-CN")  # type: ignore[arg-type]
    if username:
        page.goto("/sign-in/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.locator("form button[type=submit]").last.click()
        page.locator(".sidebar-nav").wait_for()
    go(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1200)  # the charts move into place
    page.screenshot(path=file)
    page.context.close()


def lighten(picture: Path) -> None:
    """As WebP beside it, the best that is light enough; the picture itself goes."""
    with Image.open(picture) as image:
        for quality in (80, 65, 50, 35):
            image.convert("RGB").save(picture.with_suffix(".webp"), quality=quality)
            if picture.with_suffix(".webp").stat().st_size <= MOST_BYTES:
                break
    picture.unlink()


def main(address: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    MANUAL.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (username, go) in SHOTS.items():
            take(browser, address, PICTURES / f"{name}.png", username, go)
        for name, (username, go) in OF_THE_MANUAL.items():
            take(browser, address, MANUAL / f"{name}.png", username, go)
            lighten(MANUAL / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
