"""How somebody wants to see a list: conditions, order and columns under a name, for herself or for her unit."""

from django.db import models

from unions.models.union import Union
from unions.models.user import User


class ListView(models.Model):
    """常用查询. Without a name: the columns this person last left out of the list."""

    user = models.ForeignKey(User, models.CASCADE, related_name="list_views")
    union = models.ForeignKey(Union, models.CASCADE, null=True, related_name="list_views")  # shared with its people
    page = models.CharField(max_length=80)  # name of the URL, and of the tab
    name = models.CharField("名称", max_length=20, blank=True)
    query = models.CharField(max_length=1000, blank=True)
    hidden = models.JSONField(default=list)  # headings of the columns left out

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        indexes = [models.Index(fields=["union", "page"], name="list_view_union")]
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="list_view_once")]

    def __str__(self) -> str:
        return self.name
