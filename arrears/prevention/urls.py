"""Addresses of prevention."""

from django.urls import path

from arrears.prevention.views import classes, figures, log, sheets, subsidies

urlpatterns = [
    path("prevention/", log.listed, name="prevention"),
    path("prevention/new/", log.new, name="prevention-new"),
    path("prevention/new/autosave/", log.autosave, name="prevention-new-autosave"),
    path("prevention/figures/", figures.figures, name="prevention-figures"),
    path("prevention/classes/", classes.listed, name="risk-classes"),
    path("prevention/classes/<int:pk>/", classes.one, name="risk-class"),
    path("prevention/classes/<int:pk>/change/", classes.ask, name="risk-change"),
    path("prevention/classes/<int:pk>/change/<slug:step>/", classes.decide, name="risk-change-step"),
    path("prevention/subsidies/", subsidies.quarter, name="subsidies"),
    path("prevention/subsidies/draft/", subsidies.draft, name="subsidy-draft"),
    path("prevention/subsidies/<int:pk>/", subsidies.page.show, name="subsidy"),
    path("prevention/subsidies/<int:pk>/<slug:step>/", subsidies.page.take, name="subsidy-step"),
    path("prevention/<int:pk>/", log.work, name="prevention-work"),
    path("prevention/<int:pk>/edit/", log.edit, name="prevention-edit"),
    path("prevention/<int:pk>/withdraw/", log.withdraw, name="prevention-withdraw"),
    path("prevention/<int:pk>/tasks/", log.add_task, name="prevention-task"),
    path("prevention/<int:pk>/tasks/<int:task_pk>/", log.finish_task, name="prevention-task-done"),
    path("prevention/<int:pk>/papers/<int:paper_pk>/", log.paper, name="prevention-paper"),
    path("prevention/works.xlsx", sheets.works, name="prevention-export"),
    path("prevention/figures.xlsx", sheets.figures, name="prevention-figures-export"),
    path("prevention/classes.xlsx", sheets.risks, name="risk-export"),
    path("prevention/subsidies.xlsx", sheets.quarter, name="subsidy-export"),
    path("prevention/subsidies/<int:pk>.xlsx", sheets.confirmed, name="subsidy-list-export"),
    path("agencies/gaps.xlsx", sheets.gaps, name="agency-gaps-export"),
]
