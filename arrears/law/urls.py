from django.urls import URLPattern, path

from arrears.law.views import attachments, obligations, rulebooks, trials, workcalendar

urlpatterns: list[URLPattern] = [
    path("obligations/", obligations.obligation_list, name="obligations"),
    path("rulebooks/", rulebooks.rulebook_list, name="rulebooks"),
    path("rulebooks/<slug:key>/", rulebooks.rulebook, name="rulebook"),
    path("rulebooks/<slug:key>/file/", rulebooks.rulebook_file, name="rulebook-file"),
    path("rulebook-writing/", rulebooks.writing_page, name="rulebook-writing"),
    path("rulebooks/<slug:key>/places/", attachments.places, name="rulebook-places"),
    path("rulebooks/<slug:key>/places/propose/", attachments.propose, name="rulebook-place-propose"),
    path("rulebook-places/<int:pk>/", attachments.page.show, name="attachment"),
    path("rulebook-places/<int:pk>/end/", attachments.page.take, {"step": "end"}, name="attachment-end"),
    path("rulebook-places/<int:pk>/approve/", attachments.page.take, {"step": "approve"}, name="attachment-approve"),
    path("rulebook-places/<int:pk>/decline/", attachments.page.take, {"step": "decline"}, name="attachment-decline"),
    path("rulebook-uploads/new/", trials.upload, name="rulebook-upload"),
    path("rulebook-uploads/<int:pk>/", trials.page.show, name="rulebook-trial"),
    path("rulebook-uploads/<int:pk>/rulebook/", trials.preview, name="rulebook-preview"),
    path("rulebook-uploads/<int:pk>/activate/", trials.page.take, {"step": "activate"}, name="rulebook-activate"),
    path("rulebook-uploads/<int:pk>/discard/", trials.page.take, {"step": "discard"}, name="rulebook-discard"),
    path("work-calendar/", workcalendar.year, name="work-calendar"),
    path("work-calendar/day/", workcalendar.day, name="calendar-day"),
    path("work-calendar/count/", workcalendar.count, name="calendar-count"),
    path("work-calendar/holidays/", workcalendar.holidays, name="holidays"),
    path("work-calendar/holidays/enter/", workcalendar.holidays_enter, name="holidays-enter"),
    path("work-calendar/holidays/withdraw/", workcalendar.holidays_withdraw, name="holidays-withdraw"),
    path("work-calendar/feed/", workcalendar.feed_new, name="calendar-feed-new"),
    path("calendar/<str:token>.ics", workcalendar.feed, name="calendar-feed"),
]
