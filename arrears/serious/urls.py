"""Addresses of serious matters."""

from django.urls import URLPattern, path

from arrears.serious.views import above, emergencies, opinions, oversights, receptions, standing_plans
from arrears.serious.views import case as heavy_case
from arrears.serious.views import lists as heavy_lists

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/emergency/", heavy_case.begin_emergency, name="case-emergency"),
    path("cases/<int:pk>/oversight/", heavy_case.ask_oversight, name="case-oversight"),
    path("cases/<int:pk>/fallback/", heavy_case.name_fallback, name="case-fallback"),
    path("cases/<int:pk>/from-above/", heavy_case.act_from_above, name="case-from-above"),
    path("heavy/", heavy_lists.oversights, name="oversights"),
    path("heavy/oversights/<int:pk>/", oversights.page.show, name="oversight"),
    path("heavy/oversights/<int:pk>/<slug:step>/", oversights.page.take, name="oversight-step"),
    path("heavy/emergencies/", heavy_lists.emergencies, name="emergencies"),
    path("heavy/plans/new/", standing_plans.enter, name="standing-plan-new"),
    path("heavy/plans/drill/", standing_plans.drill, name="standing-plan-drill"),
    path("heavy/plans.xlsx", standing_plans.export, name="standing-plans-export"),
    path("heavy/emergencies/<int:pk>/", emergencies.emergency, name="emergency"),
    path("heavy/emergencies/<int:pk>/log/", emergencies.log, name="emergency-log"),
    path("heavy/emergencies/<int:pk>/arrivals/", emergencies.arrive, name="emergency-arrive"),
    path("heavy/emergencies/<int:pk>/notes/", emergencies.note, name="emergency-note"),
    path("heavy/emergencies/<int:pk>/end/", emergencies.end, name="emergency-end"),
    path("heavy/opinions/", heavy_lists.opinions, name="opinions"),
    path("heavy/opinions/new/", opinions.new, name="opinion-new"),
    path("heavy/opinions/watch/", above.plan_watch, name="opinion-watch"),
    path("heavy/calls/", above.call, name="unit-call"),
    path("heavy/calls/<int:pk>/answer/", above.answer, name="unit-call-answer"),
    path("heavy/opinions/<int:pk>/", opinions.opinion, name="opinion"),
    path("heavy/opinions/<int:pk>/<slug:name>/", opinions.step, name="opinion-step"),
    path("heavy/receptions/", heavy_lists.receptions, name="receptions"),
    path("heavy/receptions/new/", receptions.new, name="reception-new"),
    path("heavy/receptions/<int:pk>/", receptions.reception, name="reception"),
    path("heavy/receptions/<int:pk>/take/", receptions.take, name="reception-take"),
    path("heavy/receptions/<int:pk>/known/", receptions.look_again, name="reception-known"),
]
