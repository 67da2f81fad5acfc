"""Addresses of the workbooks of prevention."""

from django.urls import path

from arrears.prevention.views import sheets as views

urlpatterns = [
    path("prevention/works.xlsx", views.works, name="prevention-export"),
    path("prevention/figures.xlsx", views.figures, name="prevention-figures-export"),
    path("prevention/classes.xlsx", views.risks, name="risk-export"),
    path("prevention/subsidies.xlsx", views.quarter, name="subsidy-export"),
    path("prevention/subsidies/<int:pk>.xlsx", views.confirmed, name="subsidy-list-export"),
    path("agencies/gaps.xlsx", views.gaps, name="agency-gaps-export"),
]
