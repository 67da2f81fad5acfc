from django.urls import URLPattern, path
from drf_spectacular.views import SpectacularJSONAPIView

from arrears.api import views, warnings

urlpatterns: list[URLPattern] = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="api-schema"),
    path("cases/", views.Cases.as_view(), name="api-cases"),
    path("cases/<int:pk>/", views.OneCase.as_view(), name="api-case"),
    path("cases/<int:pk>/moves/<slug:name>/", views.MoveCase.as_view(), name="api-move"),
    path("cases/<int:pk>/entries/", views.Entries.as_view(), name="api-entries"),
    path("cases/<int:pk>/entries/<int:entry_pk>/reverse/", views.Reversal.as_view(), name="api-entry-reverse"),
    path("cases/<int:pk>/fallback/", views.Fallback.as_view(), name="api-fallback"),
    path("warnings/", warnings.Signals.as_view(), name="api-warnings"),
    path("unions/", views.Unions.as_view(), name="api-unions"),
    path("unions/<slug:code>/", views.OneUnion.as_view(), name="api-union"),
]
