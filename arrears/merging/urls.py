from django.urls import URLPattern, path

from arrears.merging import views

urlpatterns: list[URLPattern] = [
    path("cases/duplicates/", views.typing_likenesses, name="case-duplicates"),
    path("cases/<int:pk>/likenesses/", views.likenesses, name="case-likenesses"),
    path("cases/<int:pk>/links/<int:other_pk>/", views.link, name="case-link"),
    path("cases/<int:pk>/links/<int:link_pk>/end/", views.unlink, name="case-unlink"),
    path("cases/<int:pk>/apart/<int:other_pk>/", views.set_apart, name="case-set-apart"),
    path("cases/<int:pk>/merge/<int:into_pk>/", views.merge, name="case-merge"),
    path("mergers/<int:pk>/", views.page.show, name="merger"),
    path("mergers/<int:pk>/<slug:step>/", views.page.take, name="merger-decide"),
]
