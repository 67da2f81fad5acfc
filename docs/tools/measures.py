"""Print figures on how this code is built: its size, imports, signals, duplicates, and the files one request enters.

    .venv/bin/python docs/tools/measures.py [--root CHECKOUT] [--static] [--files]

The requests need the demo (`manage.py load_demo`, or a first `make run`) and change nothing in it. `--static` leaves them and
the signals out; `--files` lists the files that each request enters. `--root` measures another checkout.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import keyword
import re
import statistics
import subprocess
import sys
import weakref
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.dispatch import Signal
from django.test import Client
from django.utils import timezone
from lxml import html

PACKAGES = ("unions", "arrears", "reporting", "config")
MANY_IMPORTS = 15
BLOCK = 8
OFFICER, STATISTICIAN = "quxian-jingban", "shandong-tongji"
MARK = "measures: "


# ---- the source -----------------------------------------------------------------------------------------------------


@dataclass
class Module:
    """One module of the project; `name` is dotted, a package has the name of its folder."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def statements(self) -> list[str]:
        """Its lines written anew from the syntax tree: no comment, docstring or import, formatted alike everywhere."""
        tree = ast.parse(self.text)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [one for one in body if not _left_out(one)] or [ast.Pass()]  # type: ignore[attr-defined]
        return [line.strip() for line in ast.unparse(tree).splitlines() if line.strip()]

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    def base_of(self, node: ast.ImportFrom) -> str:
        """The module that an import takes from, written in full."""
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + self.is_package]
        return ".".join([*parts, *([node.module] if node.module else [])])


def modules_of(root: Path) -> dict[str, Module]:
    """All modules of the four packages, without migrations."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            if "migrations" not in parts and "tests" not in parts:
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                found[name] = Module(name, path)
    return found


def bindings(module: Module, modules: dict[str, Module]) -> Iterator[tuple[str, str]]:
    """(imported module, name it is bound to) of every import, at the top or in a function."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, alias.asname or alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
            base = module.base_of(node)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield (full if full in modules else base), alias.asname or alias.name


def imported(module: Module, modules: dict[str, Module]) -> set[str]:
    return {name for name, _ in bindings(module, modules)} - {module.name}


def for_side_effect(modules: dict[str, Module]) -> set[str]:
    """Modules that some module imports and nobody uses by name: the import alone does something.

    A package that imports in order to export is a use.
    """
    used, unused = set(), set()
    for module in modules.values():
        names = {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
        exported = _exported(module)
        for source, name in bindings(module, modules):
            if source in modules:
                kept = name in names or name in exported or (module.is_package and not _in_function(module, name))
                (used if kept else unused).add(source)
    return unused - used


def _exported(module: Module) -> set[str]:
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return {str(one.value) for one in ast.walk(node.value) if isinstance(one, ast.Constant)}
    return set()


def _in_function(module: Module, name: str) -> bool:
    """Whether `name` is imported inside a function only."""
    top = [node for node in module.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return not any(name in (alias.asname, alias.name) for node in top for alias in node.names)


def duplicates(lines: dict[str, list[str]]) -> str:
    """Places where a run of at least eight lines stands that stands elsewhere too, and the lines in them."""
    places: dict[tuple[str, ...], list[tuple[str, int]]] = defaultdict(list)
    for name, rows in lines.items():
        for start in range(len(rows) - BLOCK + 1):
            places[tuple(rows[start : start + BLOCK])].append((name, start))
    starts = {place for found in places.values() if len(found) > 1 for place in found}
    covered = {(name, start + more) for name, start in starts for more in range(BLOCK)}
    runs = sum((name, start - 1) not in covered for name, start in covered)
    return f"{runs} ({len(covered):,} lines)"


def without_names(line: str) -> str:
    """The shape of a line: names and texts are replaced, words of the language kept."""
    line = re.sub(r"'[^']*'", "''", line)
    return re.sub(r"[A-Za-z_][\w.]*", lambda word: word[0] if keyword.iskeyword(word[0]) else "_", line)


def _left_out(node: ast.stmt) -> bool:
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return text or isinstance(node, ast.Import | ast.ImportFrom)


def class_names(modules: dict[str, Module]) -> int:
    """Names that several classes have, nested ones (Meta) left out."""
    names = Counter(node.name for one in modules.values() for node in one.tree.body if isinstance(node, ast.ClassDef))
    return sum(count > 1 for count in names.values())


def static_rows(root: Path) -> Iterator[tuple[str, str]]:
    modules = modules_of(root)
    sizes = [len(one.text.splitlines()) for one in modules.values()]
    yield "lines of Python outside tests and migrations", f"{sum(sizes):,}"
    code = sum(len(one.statements) for one in modules.values())
    yield "  of these statements, formatted alike (no comment, docstring, import)", f"{code:,}"
    yield "modules", f"{len(modules)}"
    yield "median lines of a module", f"{statistics.median(sizes):.0f}"
    yield "modules under 40 lines (without packages)", f"{_short(modules)}"
    yield "longest module", f"{max(sizes)} lines"
    all_of, ours = Counter[str](), Counter[str]()
    for name, module in modules.items():
        found = imported(module, modules)
        all_of[name], ours[name] = len(found), sum(one in modules for one in found)
    yield f"modules importing more than {MANY_IMPORTS} others (of any origin)", _share(all_of)
    yield f"modules importing more than {MANY_IMPORTS} others of the project", _share(ours)
    yield "most imports of one module (any origin · of the project)", f"{max(all_of.values())} · {max(ours.values())}"
    yield "modules imported for their side effect only", f"{len(for_side_effect(modules))}"
    noqa = sum(one.text.count("# fmt: skip") + one.text.count("# fmt: off") for one in modules.values())
    yield "lines the formatter is kept from", f"{noqa}"
    yield "class names used more than once", f"{class_names(modules)}"
    lines = {name: module.statements for name, module in modules.items()}
    yield f"duplicated blocks: places with {BLOCK} or more equal statements", duplicates(lines)
    shapes = {name: [without_names(line) for line in rows] for name, rows in lines.items()}
    yield "  of the same shape: equal but for names and texts", duplicates(shapes)


def _share(counts: Counter[str]) -> str:
    many = sum(count > MANY_IMPORTS for count in counts.values())
    return f"{100 * many / len(counts):.1f} % ({many})"


def _short(modules: dict[str, Module]) -> int:
    return sum(len(one.text.splitlines()) < 40 for one in modules.values() if not one.is_package)


# ---- the running program: inside `manage.py shell` -----------------------------------------------------------------


def signals_and_receivers() -> tuple[int, dict[str, int]]:
    """(signals of the project, its connected receivers by the signal's origin: ours, others')."""
    signals = [one for one in gc.get_objects() if isinstance(one, Signal)]
    ours = {
        id(value)
        for name, module in list(sys.modules.items())
        if _first_party(name)
        for value in vars(module).values()
        if isinstance(value, Signal)
    }
    foreign = {
        id(value)
        for name, module in list(sys.modules.items())
        if not _first_party(name)
        for value in list(getattr(module, "__dict__", {}).values())
        if isinstance(value, Signal)
    }
    counts = {"ours": 0, "others": 0}
    for signal in signals:
        for receiver in _receivers(signal):
            if _first_party(getattr(receiver, "__module__", "") or ""):
                counts["ours" if id(signal) in ours - foreign else "others"] += 1
    return len(ours - foreign), counts


def _receivers(signal: Any) -> Iterator[Any]:
    for row in signal.receivers:
        receiver = row[1]
        yield receiver() if isinstance(receiver, weakref.ReferenceType) else receiver


def _first_party(name: str) -> bool:
    return name.split(".")[0] in PACKAGES


class Person:
    """A demo account with a browser; what it does is undone."""

    def __init__(self, username: str) -> None:
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(get_user_model().objects.get(username=username))

    def get(self, address: str) -> Any:
        response = self.client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return response

    def links(self, address: str, start: str) -> list[str]:
        """Addresses on a page that are `start`, a number and a slash."""
        found = re.findall(rf'href="({start}\d+/)[^"]*"', self.get(address).content.decode())
        return list(dict.fromkeys(found))

    def post_entry(self, case: str) -> Any:
        """One yuan paid today, through the form on the page of the case; None where it has none."""
        page = html.fromstring(self.get(f"{case}?tab=ledger").content.decode())
        form = next((one for one in page.iter("form") if one.get("action", "").endswith(f"{case}entries/")), None)
        if form is None:
            return None
        given = {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}
        given |= {"kind": "paid", "on": timezone.localdate().isoformat(), "amount": "1", "source": "银行回单"}
        return lambda: self.client.post(f"{case}entries/", given)


def files_entered(root: Path, request: Callable[[], Any]) -> tuple[Any, list[str]]:
    """The answer, and the first-party files in which a function was called meanwhile."""
    entered: set[str] = set()

    def note(frame: Any, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            entered.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        answer = request()
    finally:
        sys.setprofile(None)
    here = [Path(name) for name in entered if name.startswith(f"{root}/")]
    return answer, sorted(str(one.relative_to(root)) for one in here if one.relative_to(root).parts[0] in PACKAGES)


def requests(root: Path) -> dict[str, list[str]]:
    """Files entered by four requests. Each is made twice: what is read once in the life of a process is not counted."""
    found: dict[str, list[str]] = {}
    with transaction.atomic():
        # The program may ask for a transaction of its own inside.
        transaction.get_connection().atomic_blocks[-1]._from_testcase = True
        officer, statistician = Person(OFFICER), Person(STATISTICIAN)
        cases = officer.links("/cases/?mine=on&state=open", "/cases/")
        case, post = next((one, act) for one in cases if (act := officer.post_entry(one)))
        acts: dict[str, Callable[[], Any]] = {
            "case page": lambda: officer.get(case),
            "one ledger entry posted": post,
            "case list": lambda: officer.get("/cases/"),
            "winter table": lambda: statistician.get("/forms/shandong-winter/"),
        }
        for name, act in acts.items():
            for _ in range(2):
                point = transaction.savepoint()
                answer, found[name] = files_entered(root, act)
                transaction.savepoint_rollback(point)
            assert answer.status_code == (302 if act is post else 200), (name, answer.status_code)
        transaction.set_rollback(True)
    return found


def measure_running(root: str) -> None:
    """Print one line of JSON for the process that started this one."""
    signals, receivers = signals_and_receivers()
    print(MARK + json.dumps({"signals": signals, "receivers": receivers, "requests": requests(Path(root))}))


def running_rows(root: Path, files: bool) -> Iterator[tuple[str, str]]:
    python = root / ".venv" / "bin" / "python"
    code = f"import runpy; runpy.run_path({str(Path(__file__).resolve())!r})['measure_running']({str(root)!r})"
    program = str(python) if python.exists() else sys.executable
    arguments = [program, "manage.py", "shell", "--no-imports", "-c", code]
    done = subprocess.run(arguments, cwd=root, capture_output=True, text=True)
    rows = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    if not rows:
        sys.exit(f"The program could not be measured; is the demo loaded (manage.py load_demo)?\n{done.stderr[-3000:]}")
    found = json.loads(rows[0].removeprefix(MARK))
    yield "signals of the project", f"{found['signals']}"
    ours, others = found["receivers"]["ours"], found["receivers"]["others"]
    yield "connected receivers (of these signals · of signals of Django)", f"{ours} · {others}"
    for name, entered in found["requests"].items():
        yield f"files entered: {name}", f"{len(entered)}"
        if files:
            yield from ((f"    {one}", "") for one in entered)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[2], help="the checkout to measure")
    parser.add_argument("--static", action="store_true", help="only what the source shows")
    parser.add_argument("--files", action="store_true", help="list the files that each request enters")
    options = parser.parse_args()
    root = options.root.resolve()
    rows = list(static_rows(root))
    if not options.static:
        rows += running_rows(root, options.files)
    for label, figure in rows:
        print(f"{label:<75}{figure}".rstrip())


if __name__ == "__main__":
    main()
