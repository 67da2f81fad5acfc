from django.urls import URLPattern, path

from arrears.referrals.views import incoming, received, referrals

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/refer/", referrals.refer, name="case-refer"),
    path("referrals/", referrals.referral_list, name="referrals"),
    path("referrals/<int:pk>/", referrals.page.show, name="referral"),
    path("referrals/<int:pk>/approve/", referrals.page.take, {"step": "approve"}, name="referral-approve"),
    path("referrals/<int:pk>/decline/", referrals.page.take, {"step": "decline"}, name="referral-decline"),
    path("referrals/<int:pk>/withdraw/", referrals.page.take, {"step": "withdraw"}, name="referral-withdraw"),
    path("referrals/<int:pk>/accepted/", referrals.page.take, {"step": "accepted"}, name="referral-accepted"),
    path("referrals/<int:pk>/refused/", referrals.page.take, {"step": "refused"}, name="referral-refused"),
    path("referrals/<int:pk>/answered/", referrals.page.take, {"step": "answered"}, name="referral-answered"),
    path("referrals/<int:pk>/read/", referrals.read, name="referral-read"),
    path("referrals/<int:pk>/papers/<int:paper_pk>/", referrals.paper, name="referral-paper"),
    path("referrals/clues.xlsx", received.export, name="agency-clues-export"),
    path("referrals/clues/<int:pk>/take/", received.take_up, name="agency-clue-take"),
    path("referrals/clues/<int:pk>/decline/", referrals.decline, name="agency-clue-decline"),
    path("incoming/", incoming.incoming, name="incoming"),
    path("incoming/clues/new/", incoming.send_clue, name="incoming-clue"),
    path("incoming/clues/<int:pk>/papers/<int:paper_pk>/", received.paper, name="incoming-clue-paper"),
    path("incoming/<int:pk>/", incoming.matter, name="incoming-matter"),
    path("incoming/<int:pk>/accept/", incoming.accept, name="incoming-accept"),
    path("incoming/<int:pk>/refuse/", incoming.refuse, name="incoming-refuse"),
    path("incoming/<int:pk>/answer/", incoming.answer, name="incoming-answer"),
    path("incoming/<int:pk>/attach/", incoming.attach, name="incoming-attach"),
    path("incoming/<int:pk>/papers/<int:paper_pk>/", incoming.paper, name="incoming-paper"),
]
