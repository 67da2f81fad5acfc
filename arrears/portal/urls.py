from django.urls import URLPattern, path

from arrears.portal.views import mine as window_mine
from arrears.portal.views import poster as window_poster
from arrears.portal.views import public as window_public
from arrears.portal.views import published as window_published
from arrears.portal.views import staff as window_staff

urlpatterns: list[URLPattern] = [
    # open to everybody
    path("window/", window_public.turn, name="window"),
    path("window/published/", window_published.published, name="window-published"),
    path("window/write/", window_public.write, name="window-write"),
    path("window/mine/", window_mine.mine, name="window-mine"),
    path("window/mine/enter/", window_mine.enter, name="window-enter"),
    path("window/mine/<slug:name>/", window_mine.step, name="window-mine-step"),
    # of the unit
    path("worker-letters/", window_staff.letters, name="worker-letters"),
    path("worker-letters/<int:pk>/", window_staff.letter, name="worker-letter"),
    path("worker-letters/<int:pk>/papers/<int:paper_pk>/", window_staff.paper, name="worker-letter-paper"),
    path("worker-letters/<int:pk>/reveal/<slug:name>/", window_staff.reveal, name="worker-letter-reveal"),
    path("worker-letters/<int:pk>/<slug:name>/", window_staff.step, name="worker-letter-step"),
    path("unions/<slug:code>/poster/", window_poster.poster, name="window-poster"),
]
