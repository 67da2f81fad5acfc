from django.urls import URLPattern, path

from arrears.plans import views as plans

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/plans/<slug:kind>/new/", plans.plan_new, name="case-plan-new"),
    path("cases/<int:pk>/receivables/", plans.receivable_new, name="case-receivable-new"),
    path("cases/<int:pk>/receivables/<int:row_pk>/recover/", plans.recover, name="case-receivable-recover"),
    path("cases/<int:pk>/plans/steps/<int:step_pk>/", plans.plan_step, name="case-plan-step"),
]
