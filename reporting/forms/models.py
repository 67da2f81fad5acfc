"""An edition of an official table brought in by a province: previewed, put in force by a second person, never edited."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from arrears.law.uploaded_edition import UploadedEdition
from unions.models import User


class EditionStage(models.TextChoices):
    WAITING = "waiting", "待启用"
    ACTIVE = "active", "已启用"
    WITHDRAWING = "withdrawing", "已申请停用"
    WITHDRAWN = "withdrawn", "已停用"
    DISCARDED = "discarded", "已作废"


# Of these an edition speaks: a withdrawn one still does for the periods that ended before it was.
SPOKEN = (EditionStage.ACTIVE, EditionStage.WITHDRAWING, EditionStage.WITHDRAWN)


class FormEdition(UploadedEdition):
    """One edition of one form, for periods that end on `active_from`…`active_until` (null: open).

    `content`, `key`, `digest`, `office` and who brought it in never change: a database trigger refuses it.
    """

    stages = EditionStage
    standing = SPOKEN
    log_name = "form"

    replaces = models.CharField(max_length=64, blank=True)  # digest of the edition last in force when it came in
    file = models.CharField("上传的文件", max_length=200)
    stage = models.CharField("状态", max_length=12, choices=EditionStage, default=EditionStage.WAITING)
    withdrawal_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="申请停用人")
    withdrawal_at = models.DateTimeField("申请停用时间", null=True)
    withdrawal_reason = models.CharField("停用理由", max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="停用人")
    withdrawn_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "上传的报表格式"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["office", "-id"], name="form_edition_office"),
            models.Index(fields=["key", "active_from"], name="form_edition_key"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "digest"],
                condition=Q(stage__in=["waiting", "active", "withdrawing"]),
                name="one_live_edition_per_text",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["active", "withdrawing", "withdrawn"])
                | Q(active_from__isnull=False, decided_by__isnull=False),
                name="active_form_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["active", "withdrawing", "withdrawn"]) | ~Q(decided_by=F("by")),
                name="form_edition_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(stage="withdrawn")
                | (
                    Q(active_until__isnull=False, withdrawn_by__isnull=False, withdrawal_by__isnull=False)
                    & ~Q(withdrawn_by=F("withdrawal_by"))
                ),
                name="form_withdrawal_second_person",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("form-edition", args=[self.pk])

    @property
    def state(self) -> str:
        """For the state badge."""
        return {
            EditionStage.WAITING: "requested",
            EditionStage.WITHDRAWING: "requested",
            EditionStage.WITHDRAWN: "closed",
            EditionStage.DISCARDED: "cancelled",
        }.get(EditionStage(self.stage), self.stage)


class FormText(models.Model):
    """The text of every form ever delivered with the program, so that what was reported in it can be shown in it."""

    digest = models.CharField(max_length=64, primary_key=True)
    key = models.CharField(max_length=60)
    content = models.TextField()
    kept_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["key", "kept_at"]

    def __str__(self) -> str:
        return f"{self.key} {self.digest[:8]}"
