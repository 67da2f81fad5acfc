"""Open every section page of a running server in an old Chromium and say what it complains about.

    make run
    .venv/bin/python docs/tools/old_browsers.py PATH_TO_CHROMIUM [http://127.0.0.1:8000] [FOLDER_FOR_PICTURES]

Binaries of Chromium 88 and 109 are in the npm packages chrome-aws-lambda@5.5.0 and @sparticuz/chromium@109 (bin/*.br: unpack
with brotli, aws.tar beside them; run with LD_LIBRARY_PATH=…/bin/lib).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

PASSWORD = "xinbao-demo-2026"
READERS = ("quxian-jingban", "qiye-shenpi", "sheng-tongji")
SIGN_IN = """([username, password]) => {
  const form = document.querySelector("form.sign-in-form");
  form.elements.username.value = username;
  form.elements.password.value = password;
  form.submit();
}"""
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-zygote"]


def visit(browser: Browser, address: str, username: str, password: str, pictures: Path | None) -> list[str]:
    """Complaints of the browser, each with the page it was on."""
    page = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.goto("/sign-in/")
    # By script: what Playwright asks before it clicks, a browser of 2020 does not know.
    page.evaluate(SIGN_IN, [username, password])
    page.wait_for_url(f"{address}/")
    sections = page.eval_on_selector_all(".nav-item, .nav-page", "all => all.map(one => one.getAttribute('href'))")
    for section in sections:
        page.goto(section)
        pages = page.eval_on_selector_all(".nav-page", "all => all.map(one => one.getAttribute('href'))")
        for one in dict.fromkeys([section, *pages]):
            page.goto(one)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"{page.url}: wider than the window")
            if pictures:
                name = one.strip("/").replace("/", "-") or "desk"
                page.screenshot(path=pictures / f"{username}-{name}.png")
    page.context.close()
    return wrong


def main(program: str, address: str, pictures: Path) -> int:
    pictures.mkdir(parents=True, exist_ok=True)
    libraries = {"LD_LIBRARY_PATH": str(Path(program).parent / "lib")}
    wrong = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=OPTIONS, env={**os.environ, **libraries})
        sys.stdout.write(f"Chromium {browser.version}\n")
        for username in READERS:
            try:
                wrong += visit(browser, address, username, PASSWORD, pictures)
            except Error as error:
                wrong.append(f"{username}: {error}")
        browser.close()
    sys.stdout.write("".join(f"{one}\n" for one in wrong) or "nothing to complain about\n")
    return int(bool(wrong))


if __name__ == "__main__":
    given = sys.argv[2:]
    folder = Path(given[1]) if len(given) > 1 else Path("var/old-browsers")
    sys.exit(main(sys.argv[1], given[0] if given else "http://127.0.0.1:8000", folder))
