"""Addresses of wage deposits, emergency funds and what is drawn from them."""

from django.urls import URLPattern, path

from arrears.safety_nets.views import drawings, nets
from arrears.safety_nets.views import lists as net_lists
from arrears.safety_nets.views import new as net_new
from arrears.safety_nets.views import sheet as safety_nets

urlpatterns: list[URLPattern] = [
    path("safety-nets/register.xlsx", safety_nets.safety_nets_sheet, name="safety-nets-sheet"),
    path("safety-nets/", net_lists.deposits, name="safety-nets"),
    path("safety-nets/funds/", net_lists.funds, name="funds"),
    path("safety-nets/todo/", net_lists.todo, name="nets-todo"),
    path("safety-nets/deposits/new/", net_new.deposit, name="deposit-new"),
    path("safety-nets/deposits/<int:pk>/", nets.deposit, name="deposit"),
    path("safety-nets/funds/new/", net_new.fund, name="fund-new"),
    path("safety-nets/funds/<int:pk>/", nets.fund, name="fund"),
    path("safety-nets/<int:pk>/<slug:name>/", nets.step, name="net-step"),
    path("safety-nets/drawings/<int:pk>/", drawings.page.show, name="drawing"),
    path("safety-nets/drawings/<int:pk>/<slug:step>/", drawings.page.take, name="drawing-step"),
    path("cases/<int:pk>/advance/", drawings.ask, name="case-advance"),
]
