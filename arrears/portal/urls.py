from django.urls import URLPattern, path

from arrears.portal.views import mine, public, staff

urlpatterns: list[URLPattern] = [
    # open to everybody
    path("window/", public.turn, name="window"),
    path("window/published/", public.published, name="window-published"),
    path("window/write/", public.write, name="window-write"),
    path("window/mine/", mine.mine, name="window-mine"),
    path("window/mine/enter/", mine.enter, name="window-enter"),
    path("window/mine/<slug:name>/", mine.step, name="window-mine-step"),
    # of the unit
    path("worker-letters/", staff.letters, name="worker-letters"),
    path("worker-letters/<int:pk>/", staff.letter, name="worker-letter"),
    path("worker-letters/<int:pk>/papers/<int:paper_pk>/", staff.paper, name="worker-letter-paper"),
    path("worker-letters/<int:pk>/reveal/<slug:name>/", staff.reveal, name="worker-letter-reveal"),
    path("worker-letters/<int:pk>/<slug:name>/", staff.step, name="worker-letter-step"),
    path("unions/<slug:code>/poster/", staff.poster, name="window-poster"),
]
