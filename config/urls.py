"""All URLs. Each app names its own; this is the only place that knows them all."""

from django.urls import include, path

from unions.common.views import health, manifest, offline, visits_worker

urlpatterns = [
    path("healthz", health, name="healthz"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("visits-worker.js", visits_worker, name="visits-worker"),
    path("offline/", offline, name="offline"),
    path("", include("unions.urls")),
    path("", include("arrears.desk.urls")),
    path("", include("arrears.cases.urls")),
    path("", include("arrears.escalations.urls")),
    path("", include("arrears.referrals.urls")),
    path("", include("arrears.transfers.urls")),
    path("", include("arrears.legal.urls")),
    path("", include("arrears.plans.urls")),
    path("", include("arrears.letters.urls")),
    path("", include("arrears.workers.urls")),
    path("", include("arrears.merging.urls")),
    path("", include("arrears.bulk.urls")),
    path("", include("arrears.serious.urls")),
    path("", include("arrears.safety_nets.urls")),
    path("", include("arrears.sanctions.urls")),
    path("", include("arrears.early_warning.urls")),
    path("", include("arrears.inspections.urls")),
    path("", include("arrears.prevention.urls")),
    path("", include("arrears.portal.urls")),
    path("", include("arrears.imports.urls")),
    path("", include("arrears.law.urls")),
    path("", include("arrears.reminders.urls")),
    path("api/", include("arrears.api.urls")),
    path("", include("reporting.forms.urls")),
    path("", include("reporting.returns.urls")),
    path("", include("reporting.exports.urls")),
    path("", include("reporting.boards.urls")),
    path("", include("reporting.evaluation.urls")),
    path("", include("reporting.overview.urls")),
]

# Reads nothing of what was sent, unlike Django's own.
handler400 = "unions.common.views.bad_request"
