from django.urls import URLPattern, path

from arrears.legal import views as legal_steps

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/proceedings/new/", legal_steps.proceeding_new, name="case-proceeding-new"),
    path(
        "cases/<int:pk>/proceedings/<int:proceeding_pk>/<slug:step>/",
        legal_steps.proceeding_step,
        name="case-proceeding-step",
    ),
]
