"""The trend of one warned employer as an ECharts option."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from arrears.early_warning.trend import trend
from arrears.early_warning.views.warnings import the_standing


@login_required
@require_safe
def warning_trend(request: HttpRequest, pk: int) -> JsonResponse:
    points = trend(the_standing(request, pk), timezone.localdate())
    return JsonResponse(
        {
            "unit": "分",
            "grid": {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True},
            "xAxis": {"type": "category", "data": [f"{point.day:%Y-%m-%d}" for point in points]},
            "yAxis": {"type": "value", "name": "分"},
            "series": [{"name": "预警分值", "type": "line", "data": [float(point.score) for point in points]}],
        }
    )
