"""The fields every uploaded edition has: of a rulebook, of a form. Its text never changes; a second person puts it in force."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models

from unions.models import Union, User


class UploadedEdition(models.Model):
    """One edition of what `key` names, brought in by a province. In force on the days `active_from`…`active_until` (null: still).

    A kind declares its `stage` (choices `stages`), in which of them it is or was in force (`standing`), and what its log is called.
    """

    stages: ClassVar[type[models.TextChoices]]
    standing: ClassVar[tuple[str, ...]]
    log_name: ClassVar[str]

    key = models.CharField("代码", max_length=60)
    title = models.CharField("名称", max_length=300)
    content = models.TextField("文件")
    digest = models.CharField("校验值", max_length=64)  # sha256 of `content`
    office = models.ForeignKey(Union, models.PROTECT, related_name="+", verbose_name="省总工会")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="决定人")
    decided_at = models.DateTimeField("决定时间", null=True)
    reason = models.CharField("作废理由", max_length=200, blank=True)
    active_from = models.DateField("启用日", null=True)
    active_until = models.DateField("停用前最后一日", null=True)
    stage: models.CharField[str, str]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def stream(self) -> str:
        """The name of the event chain: all editions of a key stand in one."""
        return f"{self.log_name}:{self.key}"

    def get_state_display(self) -> str:
        return str(self.stages(self.stage).label)

    def speaks_on(self, day: date) -> bool:
        if self.active_from is None or day < self.active_from:
            return False
        return self.active_until is None or day <= self.active_until
