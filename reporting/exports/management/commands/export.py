"""manage.py export FORM --union CODE [--month 2022-10 | --period 2022Q3 | --from DATE --as-of DATE] --out FILE.xlsx

Exit 0: written. 1: refused with a reason. 2: wrong usage.
"""

from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import CommandError
from django.utils import timezone

from arrears.law.command_line import SpokenCommand
from arrears.law.scope import Scope
from reporting.forms import papers, periods
from reporting.forms.concern import FormSeats
from reporting.forms.editions import NoSuchForm, forms_at
from reporting.forms.editions.choice import Choice, choose
from reporting.forms.files import Form
from reporting.returns.reported import reported_lines
from unions.common.refusals import Refused
from unions.models import Union

USAGE = "用法：manage.py export 报表 --union 工会编码 [--month 2022-10 | --period 2022Q3 | --from 日期 --as-of 日期] --out 文件.xlsx"


class Command(SpokenCommand):
    help = "把一张官方报表写成 Excel 文件。"
    usage_line = USAGE

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("form", nargs="?", default="", help="报表代码，例如 qinghai-annex-2；不写则列出全部")
        parser.add_argument("--union", default="", help="工会编码，例如 630000")
        parser.add_argument("--month", default="", help="受理月份，例如 2022-10（逐件列出的报表）")
        parser.add_argument(
            "--period",
            default="",
            help="期间：2022-10-03（日）、2022-W40（周）、2022-10（月）、2022Q3（季）、2022（年）",
        )
        parser.add_argument(
            "--from", dest="since", default="", help="起始日期，例如 2022-10-01；不写则为专项行动开始之日"
        )
        parser.add_argument("--as-of", default="", help="数据截至日期，例如 2023-01-20")
        parser.add_argument("--out", default="", help="写到哪个 .xlsx 文件")

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        words = {name: options[name] for name in ("month", "period", "as_of")} | {"from": options["since"]}
        form, period = _chosen(options["form"], words, today)
        if missing := [name for name in ("union", "out") if not options[name]]:
            raise CommandError(f"缺少 {'、'.join('--' + name for name in missing)}。\n{USAGE}", returncode=2)
        out = _writable(options["out"])
        if period is None or (form.period != "campaign" and not any(words.values())):
            period = _refused(form, words, today)
        union = Union.objects.filter(code=options["union"]).first()
        if union is None:
            raise CommandError(f"没有编码为“{options['union']}”的工会，请核对 --union。", returncode=2)
        try:
            FormSeats([form]).check(form, union)
        except NoSuchForm as refusal:
            raise CommandError(refusal.message, returncode=1) from None
        scope = Scope(union, period)
        count = _write_whole(
            out, lambda path: papers.write(form, scope, today, path, beside=reported_lines(form, scope))
        )
        print(f"已写出《{form.title}》：{union.name}，{period}，{count} 行 → {out}")


def _chosen(key: str, words: dict[str, str], today: date) -> Choice:
    """The edition of the form for the period asked for."""
    try:
        return choose(key, words, today)
    except NoSuchForm as refusal:
        listed = "\n".join(f"  {key}  {form.title}" for key, form in forms_at(today).items())
        asked = refusal.message if key else "请写明要哪一张报表。"
        raise CommandError(f"{asked}可用的报表：\n{listed}\n{USAGE}", returncode=2) from None


def _refused(form: Form, words: dict[str, str], today: date) -> NoReturn:
    """Say why the period cannot be read."""
    try:
        periods.read(form, words["month"], words["from"], words["as_of"], today, words["period"])
    except Refused as refusal:
        raise CommandError(f"{refusal.message}\n{USAGE}", returncode=2) from None
    raise CommandError(f"《{form.title}》没有这一期间。\n{USAGE}", returncode=2)


def _writable(text: str) -> Path:
    out = Path(text)
    if out.suffix.lower() != ".xlsx":
        raise CommandError(f"--out“{text}”应是 .xlsx 文件。", returncode=2)
    if out.is_dir():
        raise CommandError(f"--out“{text}”是一个文件夹，请写明文件名。", returncode=2)
    if not out.parent.is_dir():
        raise CommandError(f"文件夹“{out.parent}”不存在，请先建立，或换一个位置。", returncode=1)
    return out


def _write_whole(out: Path, write: Any) -> int:
    """Write beside `out` and move over it when done: a broken run leaves no half file."""
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".xlsx")
        os.close(handle)
        try:
            count = int(write(Path(name)))
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, out)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise CommandError(
            f"不能写到“{out}”：{error.strerror}。请换一个位置，或检查权限和空间。", returncode=1
        ) from None
    return count


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
