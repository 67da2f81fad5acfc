"""What the code and the documents name is in the repository: documents, decisions, files, and links from page to page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = (".py", ".html", ".css", ".js", ".md", ".toml", ".yml", ".txt", "Makefile", "Dockerfile", "Caddyfile", ".sh")
# Where our files are, and how a path in back-quotes begins.
FOLDERS = ("unions", "arrears", "reporting", "config", "docs", "tests", "templates", "static", "benchmarks")
ROOMS = ("unions", "arrears", "reporting", "config")
DOCUMENTS = sorted(
    path.relative_to(ROOT)
    for path in [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *(one for room in ROOMS for one in ROOT.glob(f"{room}/**/README.md")),
    ]
)
MADE = ("var/", "/var/")  # by the running program
OF_FEATURES = {"provides.py", "reminding.py", "terms.py"}  # named in a room that has none, of those that have


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


def test_every_document_named_without_its_folder_exists() -> None:
    there = {document.name for document in DOCUMENTS}
    named = {(name, found) for name, text in texts() for found in re.findall(r"[\w-]+\.md\b", text)}
    assert [(name, found) for name, found in sorted(named) if found not in there and "vendor" not in name] == []


def test_every_decision_named_by_its_number_exists() -> None:
    named = {(name, number) for name, text in texts() for number in re.findall(r"\b[Dd]ecisions? (\d{3})\b", text)}
    assert [(name, one) for name, one in sorted(named) if not is_there(f"docs/decisions/{one}")] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_and_paths_of_a_document_lead_somewhere(document: Path, files: frozenset[str]) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith(("http", "#"))]
    assert [link for link in links if not (ROOT / document.parent / link).exists()] == []
    quoted = {path.strip("/") for path in re.findall(r"`([\w.-]*/[\w./-]+|[\w.-]+\.(?:py|toml|css|js))`", text)}
    paths = {path for path in quoted if not re.search(r"[A-Z]{3}", path) and not path.startswith(MADE)}
    room = document.parent if document.parts[0] in ROOMS else Path()
    near = frozenset(name for name in files if Path(name).is_relative_to(room))
    assert {path for path in paths if path not in files | OF_FEATURES and not ends_somewhere(path, near)} == set()


def ends_somewhere(path: str, files: frozenset[str]) -> bool:
    """Whether a file or folder is called so; a document may leave out the first folders, and `.py`."""
    return any(name == path or name.endswith((f"/{path}", f"/{path}.py")) or name == f"{path}.py" for name in files)


NO_MODULES = {"unions.approve", "unions.Event"}  # a permission, a model by its label


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_dotted_names_of_a_document_lead_to_something(document: Path) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w./-])((?:unions|arrears|reporting|config)(?:\.[A-Za-z_]\w*)+)", text)) - NO_MODULES
    assert {name for name in named if not name.endswith(".py") and not is_named(name)} == set()


def is_named(dotted: str) -> bool:
    """Whether a dotted name leads to a folder, a module or a word of one."""
    place, parts = ROOT, dotted.split(".")
    while parts and (place / parts[0]).is_dir():
        place /= parts.pop(0)
    if not parts:
        return True
    module = place / f"{parts[0]}.py"
    word = parts[1:2] if module.is_file() else parts[:1]
    text = (module if module.is_file() else place / "__init__.py").read_text(encoding="utf-8")
    return not word or re.search(rf"\b{word[0]}\b", text) is not None


@pytest.fixture(scope="module")
def files() -> frozenset[str]:
    """Every file and folder of ours, from the root."""
    found = [*ROOT.iterdir(), *(path for name in FOLDERS for path in (ROOT / name).rglob("*"))]
    return frozenset(str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts)


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


ROOMS_OF_APPS = sorted(path.parent.relative_to(ROOT) for room in ROOMS for path in ROOT.glob(f"{room}/**/apps.py"))


@pytest.mark.parametrize("room", [room for room in ROOMS_OF_APPS if str(room) != "reporting"], ids=str)
def test_every_room_says_in_fifteen_lines_what_it_is(room: Path) -> None:
    lines = (ROOT / room / "README.md").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ") and len(lines) <= 15
