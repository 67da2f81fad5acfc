"""The private cluster: settings take its address from here, `manage.py` keeps it running."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .cluster import DATABASE, USER, Cluster
from .place import ClusterPlace, place_of, project_var, write_pointer
from .refusal import Refusal

WITHOUT_DATABASE = {"help", "version", "collectstatic", "diffsettings", "spectacular"}
WITHOUT_DATABASE_OPTIONS = {"-h", "--help", "--version", "--static-only"}


def address(place: ClusterPlace) -> dict[str, Any]:
    """A Django database entry for the cluster at `place`."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": USER,
        "HOST": str(place.sockets),
        "PORT": "5432",
    }


def django_database() -> dict[str, Any]:
    """DATABASES["default"] of the project's private cluster. Starts nothing."""
    return address(place_of(project_var()))


@contextmanager
def for_command(argv: Sequence[str]) -> Iterator[None]:
    """Keep the private cluster running while a command runs.

    Nothing to do with a `DATABASE_URL`, or for a command that needs no database. A server that is already
    running is used; the last user stops it. Raises Refusal (one sentence, exit code 1) when it cannot be had.
    """
    if os.environ.get("DATABASE_URL") or not _needs_database(argv):
        yield
        return
    var = project_var()
    _refuse_foreign_data(var)
    place = place_of(var)
    cluster = Cluster(place)
    cluster.make_directories()
    write_pointer(var, place.state)
    with cluster.in_use():
        yield


def _needs_database(argv: Sequence[str]) -> bool:
    return len(argv) > 1 and argv[1] not in WITHOUT_DATABASE and not WITHOUT_DATABASE_OPTIONS & set(argv)


def _refuse_foreign_data(var: Path) -> None:
    """A cluster an ordinary user made in `var` is that user's: root opens no second one beside it."""
    theirs = var / "postgres" / "data"
    if os.geteuid() == 0 and theirs.exists():
        owner = theirs.owner() if theirs.stat().st_uid else "root"
        raise Refusal(f"数据库目录 {theirs} 属于用户 {owner}：请以该用户运行，或先移走这个目录。")
