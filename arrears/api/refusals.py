"""Every refusal as `{"detail": sentence, "fields": {field: sentence}}`, with the same statuses as pages: 403, 404, 409, 422."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from arrears.api.parsing import TooDeep
from unions.common.refusals import Refused
from unions.middleware import UNSTORABLE, is_unstorable

# DRF's own English for those it says itself.
SENTENCES: dict[type[exceptions.APIException], str] = {
    exceptions.NotAuthenticated: "请先登录。",
    exceptions.AuthenticationFailed: "请先登录。",
    exceptions.PermissionDenied: "您无权办理此步骤，或请求缺少 CSRF 令牌。",
    exceptions.MethodNotAllowed: "这个地址不支持该方法。",
    exceptions.UnsupportedMediaType: "请以 application/json 提交。",
    exceptions.ParseError: "提交的内容不是有效的 JSON。",
    exceptions.NotAcceptable: "只能以 application/json 回答。",
}

NOTHING = '提交的内容是空的（null）。请提交一个 JSON 对象，如 {"union": "370202"}。'


def is_null_body(error: exceptions.ValidationError) -> bool:
    """Whether the body was `null`; DRF says so in English, whatever the language."""
    codes = error.get_codes()
    return isinstance(codes, dict) and codes.get("non_field_errors") == ["null"]


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to a refusal; None for any other error."""
    if is_unstorable(error):
        error = Refused(UNSTORABLE)
    if isinstance(error, Refused):
        return Response({"detail": error.message, "fields": error.fields}, status=error.status)
    if isinstance(error, exceptions.ValidationError) and is_null_body(error):
        return Response({"detail": NOTHING, "fields": {}}, status=422)
    if isinstance(error, exceptions.ValidationError):
        fields = flat(error.detail)
        said = "；".join(fields.values()) if len(fields) == 1 else f"有 {len(fields)} 处需要改正。"
        return Response({"detail": said, "fields": fields}, status=422)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, Http404 | exceptions.NotFound):
        sentence = "没有这一项，或您不在它的范围内。"
    elif isinstance(error, PermissionDenied):
        sentence = str(error) or SENTENCES[exceptions.PermissionDenied]
    elif isinstance(error, TooDeep):
        sentence = TooDeep.default_detail
    else:
        sentence = next((said for kind, said in SENTENCES.items() if isinstance(error, kind)), "请求有误。")
    response.data = {"detail": sentence, "fields": {}}
    return response


def flat(detail: Any, name: str = "") -> dict[str, str]:
    """Flatten nested errors to one level: {"employer.name": "请填写。"}."""
    if isinstance(detail, dict):
        rows = [flat(value, f"{name}.{key}".strip(".")) for key, value in detail.items()]
        return {key: said for row in rows for key, said in row.items()}
    if isinstance(detail, list):
        return {name: "；".join(str(one) for one in detail)}
    return {name: str(detail)}
