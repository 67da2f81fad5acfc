"""Build the icon sprite from an unpacked @tabler/icons package.

    npm pack @tabler/icons@3.51.0 && tar xzf tabler-icons-3.51.0.tgz
    python docs/tools/icon_sprite.py package static/vendor/tabler-icons-3.51.0

Reads names.txt (one outline icon per line) in the target directory and writes outline.svg beside it.
"""

import json
import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr

FRAME = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
    'stroke-linecap="round" stroke-linejoin="round"'
)


def symbol(name: str, nodes: list[list]) -> str:
    """One <symbol>; `nodes` is [[element, {attribute: value}], …] as the package lists them."""
    shapes = "".join(
        f"<{element}" + "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items()) + "/>"
        for element, attributes in nodes
    )
    return f'<symbol id="{name}" {FRAME}>{shapes}</symbol>'


def main(package: Path, target: Path) -> None:
    outline = json.loads((package / "tabler-nodes-outline.json").read_text())
    names = sorted(set((target / "names.txt").read_text().split()))
    if missing := [name for name in names if name not in outline]:
        raise SystemExit(f"not in this version of the package: {', '.join(missing)}")
    symbols = "\n".join(symbol(name, outline[name]) for name in names)
    (target / "names.txt").write_text("\n".join(names) + "\n")
    (target / "outline.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n')


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
