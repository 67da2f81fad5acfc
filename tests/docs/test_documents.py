"""What the code and the documents name is in the repository: documents, decisions, files, and links from page to page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = (".py", ".html", ".css", ".js", ".md", ".toml", ".yml", ".txt", "Makefile", "Dockerfile", "Caddyfile", ".sh")
DOCUMENTS = sorted(path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
# Where our files are, and how a path in back-quotes begins.
FOLDERS = ("unions", "arrears", "reporting", "config", "docs", "tests", "templates", "static", "benchmarks")


def texts() -> Iterator[tuple[str, str]]:
    """Yield name and content of every file we wrote."""
    found = [*ROOT.glob("*.*"), ROOT / "Makefile", *(path for name in FOLDERS for path in (ROOT / name).rglob("*"))]
    for path in found:
        if path.name.endswith(TEXTS) and "vendor" not in path.parts and path.is_file():
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def is_there(document: str) -> bool:
    """Whether `document` exists; a decision may be named by its number alone."""
    path = ROOT / document
    return path.exists() or bool(list(path.parent.glob(f"{path.name}-*.md")))


def test_every_document_named_anywhere_exists() -> None:
    named = {
        (name, found.rstrip("."))
        for name, text in texts()
        for found in re.findall(r"(?<![\w/])docs/[\w./-]*[\w/-]", text)
    }
    assert len(named) > 50
    assert [(name, found) for name, found in sorted(named) if not is_there(found)] == []


def test_every_decision_named_by_its_number_exists() -> None:
    named = {(name, number) for name, text in texts() for number in re.findall(r"\b[Dd]ecisions? (\d{3})\b", text)}
    assert [(name, one) for name, one in sorted(named) if not is_there(f"docs/decisions/{one}")] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_and_paths_of_a_document_lead_somewhere(document: Path) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith(("http", "#"))]
    assert [link for link in links if not (ROOT / document.parent / link).exists()] == []
    quoted = re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]+)`", text)
    paths = [path for path in quoted if not re.search(r"[A-Z]{3}", path)]  # NAME, KEY stand for many
    assert [path for path in paths if not (ROOT / path).exists() and not (ROOT / f"{path}.py").is_file()] == []


@pytest.mark.parametrize("decision", sorted((ROOT / "docs/decisions").glob("[0-9]*.md")), ids=lambda path: path.stem)
def test_a_decision_begins_with_its_number(decision: Path) -> None:
    assert decision.read_text(encoding="utf-8").startswith(f"# {decision.name[:3]} ")
    assert len(list(decision.parent.glob(f"{decision.name[:3]}-*.md"))) == 1


def test_the_numbers_without_a_decision_are_said() -> None:
    numbers = {path.name[:3] for path in (ROOT / "docs/decisions").glob("[0-9]*.md")}
    missing = {f"{one:03}" for one in range(1, int(max(numbers)))} - numbers
    said = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\b0\d\d\b", said)) == missing


# Words of programs and libraries that our own files do not write.
FOREIGN = {"RERUN", "isSecureContext", "pg_dump", "dbshell", "dark", "vals", "floatformat", "intcomma"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_names_in_a_document_are_names_in_the_code(document: Path, words: frozenset[str]) -> None:
    quoted = " ".join(re.findall(r"`([^`\n]+)`", (ROOT / document).read_text(encoding="utf-8")))
    assert set(re.findall(r"[A-Za-z_]\w+", quoted)) - words - FOREIGN == set()


@pytest.fixture(scope="module")
def words() -> frozenset[str]:
    """Every word of our files that are no documents, and every name of a file or folder."""
    found = [(name, "" if name.endswith("test_documents.py") else text) for name, text in texts() if name[-3:] != ".md"]
    return frozenset(re.findall(r"\w+", " ".join(part for pair in found for part in pair)))
