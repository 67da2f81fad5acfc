"""The embedded installation's own secrets, made once and kept readable to their owner only."""

import os
import secrets
from pathlib import Path


def own_secret(path: Path) -> str:
    """The text in `path`; made on first use. Two processes starting at once agree on one."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(secrets.token_urlsafe(64))
        draft.chmod(0o600)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_text().strip()
