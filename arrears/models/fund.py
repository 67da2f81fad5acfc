"""应急周转金 (YK-2.3): money of a union or a government that pays wages first and takes them back from the employer."""

from __future__ import annotations

from django.db import models

from arrears.models.safety_net import SafetyNet


class Founder(models.TextChoices):
    UNION = "union", "工会设立"
    GOVERNMENT = "government", "政府设立"


class EmergencyFund(SafetyNet):
    """Its sum is the first entry of its book."""

    founder = models.CharField("设立方", max_length=10, choices=Founder)
    founder_name = models.CharField("设立单位", max_length=120)
    basis = models.CharField("设立依据", max_length=200)
    founded_on = models.DateField("设立日期")

    class Meta:
        verbose_name = "应急周转金"
        default_permissions = ()
