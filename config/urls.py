"""All URLs. Each app names its own; this is the only place that knows all three."""

from django.urls import include, path

from config.views import health

urlpatterns = [
    path("healthz", health, name="healthz"),
    path("", include("unions.urls")),
    path("", include("arrears.desk.urls")),
    path("", include("reporting.urls")),
]

# Reads nothing of what was sent, unlike Django's own.
handler400 = "unions.common.views.bad_request"
