from django.urls import URLPattern, path

from arrears.merging import views as duplicates

urlpatterns: list[URLPattern] = [
    path("cases/duplicates/", duplicates.while_typing, name="case-duplicates"),
    path("cases/<int:pk>/likenesses/", duplicates.likenesses, name="case-likenesses"),
    path("cases/<int:pk>/links/<int:other_pk>/", duplicates.link, name="case-link"),
    path("cases/<int:pk>/links/<int:link_pk>/end/", duplicates.unlink, name="case-unlink"),
    path("cases/<int:pk>/merge/<int:into_pk>/", duplicates.merge, name="case-merge"),
    path("mergers/<int:pk>/", duplicates.page.show, name="merger"),
    path("mergers/<int:pk>/<slug:step>/", duplicates.page.take, name="merger-decide"),
]
