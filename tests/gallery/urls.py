"""URLs that exist in tests only: one page with every component, and the data it asks for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template import engines
from django.urls import path

HERE = Path(__file__).parent
AT = datetime(2026, 11, 21, 1, 5, tzinfo=UTC)
INDUSTRIES = [("", "全部"), ("C", "制造业"), ("E", "建筑业"), ("H", "住宿餐饮业")]


class CaseForm(forms.Form):
    employer = forms.CharField(label="企业名称", help_text="按营业执照填写全称。")
    code = forms.CharField(label="统一社会信用代码", required=False, max_length=18)
    industry = forms.ChoiceField(label="所属行业", choices=INDUSTRIES)
    on_project = forms.BooleanField(label="发生在工程建设项目", required=False)
    nature = forms.ChoiceField(
        label="项目性质", choices=[("gov", "政府投资"), ("soe", "国企"), ("other", "其他")], widget=forms.RadioSelect
    )
    accepted_on = forms.DateField(label="受理日期", initial=AT.date())
    workers = forms.IntegerField(label="涉及人数", min_value=1)
    amount = forms.DecimalField(label="欠薪金额", max_digits=14, decimal_places=2)
    story = forms.CharField(label="欠薪经过", widget=forms.Textarea, required=False)
    papers = forms.FileField(label="证据", required=False)


class FilterForm(forms.Form):
    q = forms.CharField(required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("open", "办理中"), ("closed", "已办结")]
    )
    industry = forms.ChoiceField(label="所属行业", required=False, choices=INDUSTRIES)
    since = forms.DateField(label="受理日期从", required=False, widget=forms.DateInput)
    mine = forms.BooleanField(label="只看我经办的", required=False)


def _surroundings() -> dict[str, Any]:
    names = [("工作台", "home", "w", 3), ("案件", "folders", "c", 12), ("报送", "report", "r", 0)]
    pages = [("欠薪案件", 0), ("上报", 12)]
    items = [{"label": label, "url": "#", "count": count, "active": not count} for label, count in pages]
    sections = [
        {"label": label, "url": "#", "icon": icon, "key": key, "count": count, "active": key == "c", "items": items}
        for label, icon, key, count in names
    ]
    return {
        "navigation": sections,
        "help_pages": [{"label": "通知与规则", "url": "#", "active": False}],
        "user": {"is_authenticated": True, "pk": 7},
        "signed_in_as": "马建国",
        "my_places": ["西宁市城东区总工会 · 经办人", "青海××建筑公司工会 · 填报员"],
        "version": "0.1",
    }


def _cases() -> list[dict[str, Any]]:
    states = [
        ("draft", "草稿"),
        ("clue", "线索"),
        ("open", "办理中"),
        ("transferring", "移交中"),
        ("legal", "法律程序"),
        ("settled", "已清偿"),
        ("closed", "已办结"),
        ("returned", "被退回"),
    ]
    return [
        {
            "number": f"QH-630102-2026-{n:04}",
            "employer": f"青海昆仑{'第' + str(n)}建筑安装工程有限责任公司",
            "state": state,
            "label": label,
            "workers": 37 * n,
            "amount": 123456.785 * n,
            "on": AT - timedelta(days=n),
        }
        for n, (state, label) in enumerate(states, 1)
    ]


def _events() -> list[dict[str, Any]]:
    return [
        {
            "at": AT,
            "who": "李秀英",
            "what": "登记清偿 12 人、86,400.00 元",
            "tone": "good",
            "icon": "cash",
            "note": "企业当场转账，银行回单见证据 3。",
        },
        {
            "at": AT - timedelta(hours=5),
            "who": "马建国",
            "place": "城东区总工会",
            "what": "修改案件",
            "icon": "pencil",
            "changes": [
                {"label": "欠薪金额", "before": "98,000.00 元", "after": "123,456.79 元"},
                {"label": "项目名称", "before": "", "after": "昆仑大道改造"},
            ],
        },
        {
            "at": AT - timedelta(days=1),
            "who": "王敏",
            "what": "退回上报",
            "tone": "bad",
            "icon": "arrow-back-up",
            "note": "请补充农民工人数。",
        },
        {"at": AT - timedelta(days=2), "who": "马建国", "what": "受理线索", "tone": "info", "icon": "file-plus"},
    ]


def components(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        posted.append(request.POST.dict())
        return redirect("gallery-sent")
    wrong = CaseForm({"employer": "", "amount": "12.345", "workers": "0", "nature": "gov"})
    page = engines["django"].from_string((HERE / "components.html").read_text())
    shown = {
        "form": CaseForm(),
        "wrong": wrong,
        "filter": FilterForm(request.GET),
        "cases": _cases(),
        "events": _events(),
        "at": AT,
        "until": AT + timedelta(hours=3, minutes=12),
        "crumbs": [{"label": "欠薪案件", "url": "#"}, {"label": "QH-630102-2026-0003"}],
    }
    return HttpResponse(page.render(_surroundings() | shown, request))


def chart(request: HttpRequest) -> JsonResponse:
    areas = ["城东区", "城中区", "城西区", "城北区", "大通县", "湟中区"]
    return JsonResponse(
        {
            "unit": "万元",
            "legend": {},
            "xAxis": {"type": "category", "data": areas},
            "yAxis": {"type": "value", "name": "万元"},
            "series": [
                {
                    "name": "未结金额",
                    "type": "bar",
                    "data": [{"value": 80.5 - 9 * n, "url": "/gallery?state=open"} for n in range(6)],
                },
                {"name": "已清偿", "type": "bar", "data": [30, 42, 12.25, 50, 8, 21]},
            ],
        }
    )


def sign_in(request: HttpRequest) -> HttpResponse:
    class SignIn(forms.Form):
        username = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}))
        password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))

        def clean(self) -> None:
            raise forms.ValidationError("账号或密码不对，请核对后再试。连续输错 5 次要等一分钟。")

    form = SignIn(request.POST) if request.method == "POST" else SignIn()
    return render(request, "unions/sign_in.html", {"form": form, "next": request.GET.get("next", "")})


def sent(request: HttpRequest) -> HttpResponse:
    page = '{% extends "base.html" %}{% block page_title %}已存{% endblock %}{% block actions %}<form method="post" action="/gallery"><button class="btn" name="draft" value="1">存草稿</button>{% csrf_token %}</form>{% endblock %}'
    return HttpResponse(engines["django"].from_string(page).render(_surroundings(), request))


# What the tests switch and read.
signed_in = {"yes": True}
posted: list[dict[str, Any]] = []


def save(request: HttpRequest) -> HttpResponse:
    if not signed_in["yes"]:
        return HttpResponse(status=302, headers={"Location": "/sign-in"})
    return JsonResponse({"saved_at": "09:05"})


def reveal(request: HttpRequest) -> HttpResponse:
    if not signed_in["yes"]:
        return redirect("sign-in")
    if request.POST["purpose"] == "好奇":
        refusal = {"status": 422, "message": "用途要说明办的是哪件事，例如“电话核实金额”。"}
        return render(request, "errors/refused.html", {"refusal": refusal}, status=422)
    return HttpResponse('<span class="secret">13812345678</span>')


def refuse(request: HttpRequest, code: int) -> HttpResponse:
    return render(request, f"errors/{code}.html", status=code)


urlpatterns = [
    path("gallery", components),
    path("gallery/chart", chart, name="gallery-chart"),
    path("gallery/sent", sent, name="gallery-sent"),
    path("gallery/save", save, name="gallery-save"),
    path("gallery/reveal", reveal),
    path("gallery/<int:code>", refuse),
    path("sign-in", sign_in, name="sign-in"),
    path("sign-out", save, name="sign-out"),
]
