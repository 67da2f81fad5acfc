"""What rulebooks and forms need of one another: a return is filled in on a form, a list goes by the threshold of a clause.

Brought in together they may be put in force in either order. What is nowhere, not even on its way, is told before anyone approves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from arrears.law.editions.rulebook_editions import every_edition
from arrears.law.editions.uploads import RulebookLack
from arrears.law.models import RulebookUpload, TrialStage
from arrears.law.obligations.applicable import RulebooksByUnit
from arrears.law.rules.reader import parse_rulebook
from arrears.law.rules.rulebook import ReturnRule, Rulebook
from reporting.forms.concern import FormSeats
from reporting.forms.editions.form_editions import FormEditions
from reporting.forms.files import Form
from reporting.forms.models import EditionStage, FormEdition
from unions.models import Union

# Of a rulebook -------------------------------------------------------------------------------------------------------


def of_rulebook(book: Rulebook, upload: RulebookUpload) -> list[RulebookLack]:
    """The forms its returns name and that are not in force where it will hold: one sentence a form. And returns nobody owes."""
    rules = [rule for rule in (*book.returns, *book.routines) if rule.form]
    found = [
        RulebookLack(f"第 {rule.line} 行“{rule.title}”没有写 senders（由哪些类型的工会报），没有单位需要报送。")
        for rule in rules
        if not rule.senders
    ]
    wanted = {rule.form: rule for rule in rules if rule.senders}
    if not wanted:
        return found
    here = FormEditions.load()
    standing = {key: edition.content for key in wanted if (edition := here.newest(key))}
    seats = FormSeats(standing.values())
    waiting = {
        row.key: row
        for row in FormEdition.objects.filter(
            key__in=wanted, stage=EditionStage.WAITING, office=upload.office_id
        ).defer("content")
    }
    for key, rule in wanted.items():
        if key in standing and seats.concern(standing[key], upload.attached_to):
            continue
        found.append(_lack(rule, standing.get(key), waiting.get(key), upload.attached_to))
    return found


def _lack(rule: ReturnRule, other: Form | None, waiting: FormEdition | None, union: Union) -> RulebookLack:
    where = f"第 {rule.line} 行“{rule.title}”要填的报表“{rule.form}”"
    if other is not None:
        return RulebookLack(f"{where}是其他地方的报表，不适用于“{union}”，请改用本地的报表代码。", blocks=True)
    if waiting is not None:
        return RulebookLack(f"{where}正在等待启用，启用后才开始报送。", url=waiting.get_absolute_url())
    return RulebookLack(
        f"{where}没有格式：请核对报表代码，或在“报表格式”中上传；格式启用以前，各单位不会收到这项报送。"
    )


# Of a form -----------------------------------------------------------------------------------------------------------


def of_form(form: Form, edition: FormEdition) -> list[RulebookLack]:
    """The clause by whose threshold a list goes, where no rulebook of the province has one."""
    if not form.threshold or _has(form.threshold, _standing_in(edition.office)):
        return []
    uploads = RulebookUpload.objects.filter(stage__in=(TrialStage.TRIAL, TrialStage.TRIED), office=edition.office_id)
    for upload in uploads.order_by("-pk"):
        if _has(form.threshold, [parse_rulebook(upload.content, "rulebook.toml")]):
            said = f"本表按条款 {form.threshold} 的门槛列出案件，所在的规则《{upload.title}》正在等待启用，启用后才能填列。"
            return [RulebookLack(said, url=upload.get_absolute_url())]
    said = f"本表按条款 {form.threshold} 的门槛列出案件，但没有规则规定这一门槛，请先上传规则，或改正条款号。"
    return [RulebookLack(said, blocks=True)]


def _standing_in(office: Union) -> list[Rulebook]:
    return RulebooksByUnit().concerning([office])


def _has(clause: str, books: Iterable[Rulebook]) -> bool:
    return any(entry.clause == clause for book in books for entry in book.thresholds)


# Of both, when a form is taken away ---------------------------------------------------------------------------------


def asked_for_by(key: str, day: date) -> Iterator[Rulebook]:
    """Rulebooks that ask for returns on this form on `day` or later."""
    for book in every_edition():
        if any(rule.form == key for rule in book.returns) and (book.last is None or book.last >= day):
            yield book
