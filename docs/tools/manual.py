"""Build the manual as files: `make manual` writes each chapter as HTML and PDF to var/manual, or to the folder it is given."""

from __future__ import annotations

import shutil
import sys
from html import escape
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from unions.help.manual import CHAPTERS, PICTURES, Chapter, chapter  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
STYLE = """
@page { size: A4; margin: 18mm 20mm; }
body { font: 10.5pt/1.6 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif; color: #26221f; max-width: 46rem;
  margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 18pt; margin: 0 0 8pt; border-bottom: 2px solid #a8201a; padding-bottom: 4pt; }
h2 { font-size: 12pt; margin: 12pt 0 3pt; break-after: avoid; }
p, ol, ul { margin: 0 0 5pt; }
ol, ul { padding-left: 1.6em; }
img { max-width: 100%; max-height: 62mm; border: 1px solid #ddd; display: block; }
"""


def page_of(one: Chapter) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>薪报使用手册：{escape(one.title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(one.title)}</h1>{one.html}</html>"
    )


def build(target: Path, page: Page) -> list[Path]:
    """The PDF files, printed by `page`. Pictures are copied beside the pages."""
    target.mkdir(parents=True, exist_ok=True)
    if PICTURES.is_dir():
        shutil.copytree(PICTURES, target / "pictures", dirs_exist_ok=True)
    papers = []
    for key in CHAPTERS:
        file = target / f"{key}.html"
        text = page_of(chapter(key, lambda name: f"pictures/{name}")).replace(' loading="lazy"', "")
        file.write_text(text, "utf-8")
        page.goto(file.resolve().as_uri())
        papers.append(target / f"{key}.pdf")
        page.pdf(path=papers[-1], prefer_css_page_size=True)
    return papers


def main(target: Path) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--headless", "--no-sandbox"])
        build(target, browser.new_page())
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "var" / "manual")
