"""What the pages of prevention share: their tabs, and who may read them."""

from __future__ import annotations

from unions.common.refusals import Forbidden
from unions.http import Request
from unions.models import User
from unions.navigation import left_out
from unions.people.rights import Right

TABS = [
    ("prevention", "预防记录"),
    ("prevention-figures", "统计"),
    ("risk-classes", "企业分类"),
    ("subsidies", "以案定补"),
]


def tabs_for(request: Request) -> list[tuple[str, str]]:
    """Those that a notice of the reader's units speaks of."""
    gone = left_out(request)
    return [(name, label) for name, label in TABS if name not in gone]


def check_may_read(request: Request) -> User:
    """Return the user. Forbidden where she may not read cases anywhere."""
    user = request.user
    if not user.paths(Right.VIEW):
        raise Forbidden("您的任职不包含查看案件，没有可看的预防工作。")
    return user
