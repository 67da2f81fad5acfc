"""What the desk says beside the work: announcements not yet put aside, and the first steps of a new person."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import timezone

from unions.help.first_steps import guide_for
from unions.models import Announcement
from unions.navigation import left_out

register = template.Library()

SHOWN = 3


@register.inclusion_tag("unions/help/on_desk.html", takes_context=True)
def told_on_desk(context: Mapping[str, Any]) -> dict[str, Any]:
    """`{% told_on_desk %}`: one query, three where the steps may be shown; nothing where there is nothing."""
    user, today = context["request"].user, timezone.localdate()
    rows = Announcement.objects.in_force(today).told(user, today).unseen(user).select_related("union")
    guide = guide_for(user)
    left = left_out(context["request"])
    return {
        "announcements": rows[:SHOWN],
        "guide": guide,
        "steps": [step for step in guide.steps if step.to not in left] if guide else [],
        "csrf_token": context.get("csrf_token", ""),
    }
