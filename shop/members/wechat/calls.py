"""What the shop asks WeChat. Never call these inside a transaction."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from shop.members.models import WechatApp
from shop.members.wechat.tokens import TokenStore
from shop.members.wechat.transport import NO_ANSWER, STALE_TOKEN, WechatError, call, call_for_picture, connect

Answer = TypeVar("Answer")
_DIGITS = re.compile(r"[0-9]{5,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class WechatSession:
    """Who a log-in code stands for; `unionid` is "" for an app outside an open account. The session key is dropped."""

    openid: str
    unionid: str


def code_to_session(code: str) -> WechatSession:
    """Return whom `code` of wx.login stands for; WechatError (40029 invalid, 40163 used), WechatAppMissing."""
    app = WechatApp.objects.current()
    params = {"appid": app.appid, "secret": app.secret, "js_code": code, "grant_type": "authorization_code"}
    answer = call(connect(app.appid, app.secret, None), "get", "/sns/jscode2session", params=params)
    openid = answer.get("openid")
    if not isinstance(openid, str) or not 0 < len(openid) <= 128:
        raise WechatError(NO_ANSWER, "no openid in the answer", retry=True)
    return WechatSession(openid=openid, unionid=str(answer.get("unionid") or "")[:64])


def phone_number(code: str) -> str:
    """Return the number behind a getPhoneNumber code, `+<country>` before a foreign one; WechatError."""
    info = api_post("/wxa/business/getuserphonenumber", {"code": code}).get("phone_info")
    number = str(info.get("purePhoneNumber", "")) if isinstance(info, dict) else ""
    country = str(info.get("countryCode", "")) if isinstance(info, dict) else ""
    if not _DIGITS.fullmatch(number):
        raise WechatError(NO_ANSWER, "no phone number in the answer", retry=True)
    return number if country in {"", "86"} else f"+{country}{number}"


def api_post(path: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to a call with the app's access token (`path` from the root); WechatError, WechatAppMissing.

    A token that WeChat does not take is replaced and the call sent once more.
    """
    return _with_token(lambda store, token: call(store.client, "post", path, **_sent(payload, token)))


def code_picture(page: str, scene: str) -> bytes:
    """Return the code (小程序码) that opens a released page with a scene, PNG or JPEG; WechatError, WechatAppMissing.

    WeChat makes any number of these. 41030: the page is not in what was released.
    """
    payload = {"page": page, "scene": scene, "width": 430}
    path = "/wxa/getwxacodeunlimit"
    return _with_token(lambda store, token: call_for_picture(store.client, "post", path, **_sent(payload, token)))


def _with_token(ask: Callable[[TokenStore, str], Answer]) -> Answer:
    store = TokenStore(WechatApp.objects.current())
    token = store.token()
    try:
        return ask(store, token)
    except WechatError as error:
        if error.code not in STALE_TOKEN:
            raise
    return ask(store, store.token(rejected=token))


def _sent(payload: Mapping[str, Any], token: str) -> dict[str, Any]:
    return {"data": dict(payload), "params": {"access_token": token}}
