"""The trend of one warned employer as an ECharts option."""

from __future__ import annotations

from django.http import JsonResponse
from django.utils import timezone

from arrears.early_warning.trend import trend
from arrears.early_warning.views.warnings import the_standing
from unions.http import Request, read_page


@read_page
def warning_trend(request: Request, pk: int) -> JsonResponse:
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
