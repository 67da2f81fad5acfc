"""职工来信: what a worker told through the public window, what was asked and answered, and what came with it.

Words of and about the worker are encrypted. Whoever wrote follows her letter by its number and a PIN that is kept only
as a hash.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from arrears.cases.models import Case
from unions.common import encryption as cipher
from unions.common.encrypted_fields import PrivateField
from unions.common.formats import mask_name, mask_phone
from unions.common.identity import PHONE, phone_key
from unions.common.receipts import in_groups
from unions.common.stored_file import StoredFile
from unions.models import Union, User, acts_at, under
from unions.people.rights import Right

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class LetterStanding(models.TextChoices):
    NEW = "new", "待登记"
    TAKEN = "taken", "已登记"  # it belongs to a clue or case, whose state says the rest
    EXPLAINED = "explained", "已答复"
    WITHDRAWN = "withdrawn", "已撤回"  # by the worker, who said so again when she was called


class MessageKind(models.TextChoices):
    """What one message is."""

    QUESTION = "question", "工会提问"
    ANSWER = "answer", "职工回答"
    MORE = "more", "职工补充"
    WITHDRAW = "withdraw", "职工要求撤回"
    FEEDBACK = "feedback", "工会反馈"
    EXPLANATION = "explanation", "工会解释"
    CALLED = "called", "电话回访"  # for colleagues, never shown to the worker


class WindowLetterQuerySet(models.QuerySet["WindowLetter"]):
    def visible_to(self, user: User | AnonymousUser) -> WindowLetterQuerySet:
        """Letters to units in the reader's reach, and those of cases she may see."""
        if not isinstance(user, User) or not (paths := user.paths(Right.VIEW)):
            return self.none()
        return self.filter(under(paths) | Q(case__in=Case.objects.visible_to(user)))

    def waiting(self) -> WindowLetterQuerySet:
        """Something is to be done: registered, answered to, or the worker called back."""
        return self.filter(Q(standing=LetterStanding.NEW) | Q(unread=True) | Q(withdrawal_asked_at__isnull=False))

    def lock(self, pk: int) -> WindowLetter:
        """Lock the letter, then read it with its case: whoever waited for the lock sees both as they are."""
        self.select_for_update().get(pk=pk)
        return self.select_related("union", "case").get(pk=pk)

    def awaiting(self, user: User) -> WindowLetterQuerySet:
        """`waiting`, at units where the reader handles cases: those of a case wherever that is handled now."""
        paths = user.paths(Right.HANDLE)
        own = Q(case=None) & acts_at(paths, "union")
        return self.waiting().filter(own | (Q(case__isnull=False) & acts_at(paths, "case__handling_union")))


class WindowLetter(models.Model):
    number = models.CharField("来信编号", max_length=12, unique=True)  # random: one says nothing of the next
    pin = models.CharField(max_length=160, editable=False)  # hashed
    token_print = models.CharField(max_length=64, unique=True, editable=False)  # of the form it was written on
    opened_at = models.DateTimeField("首次查询", null=True, editable=False)

    # As the worker put it; only the region is chosen from a list.
    region_code = models.CharField("所在区县", max_length=9, blank=True)
    employer_name = models.CharField("单位名称", max_length=120, blank=True)
    place = models.CharField("工地或地址", max_length=160, blank=True)
    workers_said = models.CharField("欠薪人数", max_length=40, blank=True)
    amount_said = models.CharField("大约欠多少", max_length=40, blank=True)
    since_said = models.CharField("从什么时候欠起", max_length=40, blank=True)
    words = PrivateField("情况", blank=True)
    name = PrivateField("称呼", blank=True)
    phone = PrivateField("联系电话", blank=True)
    phone_print = models.CharField(max_length=64, blank=True, editable=False)

    union = models.ForeignKey(Union, models.PROTECT, related_name="window_letters", verbose_name="受理单位")
    path = models.CharField(max_length=160, editable=False)  # the union's, copied
    officer = models.ForeignKey(User, models.PROTECT, null=True, related_name="window_letters", verbose_name="经办人")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="window_letters", verbose_name="线索或案件")
    # The worker of the case's list who wrote it, as the unit established: she may answer for what she was paid.
    worker = models.ForeignKey(
        "workers.Worker", models.SET_NULL, null=True, related_name="+", verbose_name="名单中的职工"
    )
    standing = models.CharField(
        "状态", max_length=10, choices=LetterStanding, default=LetterStanding.NEW, editable=False
    )
    unread = models.BooleanField(default=False)  # the worker said something that nobody answered yet
    withdrawal_asked_at = models.DateTimeField("要求撤回", null=True)  # until she was called back
    at = models.DateTimeField("收到时间")
    changed_at = models.DateTimeField("最近变动")

    objects = WindowLetterQuerySet.as_manager()

    class Meta:
        verbose_name = "职工来信"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["path", "-id"], opclasses=["varchar_pattern_ops", "int8_ops"], name="window_letter_path"
            ),
            models.Index(
                fields=["union"],
                name="window_letter_waits",
                condition=Q(standing="new") | Q(unread=True) | Q(withdrawal_asked_at__isnull=False),
            ),
            models.Index(fields=["phone_print"], name="window_letter_phone", condition=~Q(phone_print="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(standing="taken") | Q(case__isnull=False), name="taken_letter_has_its_case"
            )
        ]

    def __str__(self) -> str:
        return f"来信 {self.shown_number}"

    def get_absolute_url(self) -> str:
        return reverse("worker-letter", args=[self.pk])

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """The phone and its print are never apart."""
        self.phone_print = cipher.print_of(PHONE, phone_key(self.phone.text))
        if update_fields is not None and "phone" in update_fields:
            update_fields = {*update_fields, "phone_print"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def stream(self) -> str:
        return f"window:{self.pk}"

    @property
    def shown_number(self) -> str:
        return in_groups(self.number)

    @property
    def about(self) -> str:
        """What to call it in a list."""
        return self.employer_name or self.place or "未写单位名称"

    @property
    def responsible_unit(self) -> Union:
        """The unit that answers: the one that handles the case, before there is one the receiver."""
        return (self.case.handling_union if self.case else self.union).in_charge()

    @property
    def masked_name(self) -> str:
        return mask_name(self.name.text)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone.text)


class WindowWord(models.Model):
    """One message. `by` is empty for what the worker said."""

    letter = models.ForeignKey(WindowLetter, models.PROTECT, related_name="messages")
    kind = models.CharField("类别", max_length=12, choices=MessageKind)
    text = PrivateField("内容")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "来信往复"
        default_permissions = ()
        ordering = ["id"]
        indexes = [models.Index(fields=["letter", "id"], name="window_word_letter")]

    def __str__(self) -> str:
        return self.get_kind_display()


def paper_path(paper: WindowPaper, filename: str) -> str:
    # The original name never reaches the disk.
    return f"window/{paper.sha256[:2]}/{paper.sha256}"


class WindowPaper(models.Model):
    """A photo or file the worker sent; an officer takes it over into the evidence of the case."""

    letter = models.ForeignKey(WindowLetter, models.PROTECT, related_name="papers")
    file = StoredFile(upload_to=paper_path, max_length=200)
    name = models.CharField("文件名", max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("SHA-256", max_length=64)
    at = models.DateTimeField("时间")
    taken_over = models.BooleanField("已收入证据", default=False)

    class Meta:
        verbose_name = "来信材料"
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["letter", "sha256"], name="window_paper_once")]

    def __str__(self) -> str:
        return self.name


class WindowTally(models.Model):
    """How often something was tried within one hour; what it was is kept only as a keyed print."""

    key = models.CharField(max_length=64)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["since"], name="window_tally_since")]
        constraints = [models.UniqueConstraint(fields=["key", "since"], name="window_tally_once")]
