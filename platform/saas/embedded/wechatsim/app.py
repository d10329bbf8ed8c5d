"""The simulator's interface: api.weixin.qq.com for shops, /_control for tests and people."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import segno

from payments.paysim.server import Answer, BadRequest, Request, Router, SimulatorServer, json_answer
from saas.embedded.wechatsim import shipping
from saas.embedded.wechatsim.book import Book
from saas.embedded.wechatsim.tokens import LIFETIME_SECONDS, Tokens

FAULTS = ("shipping_not_found", "message_refused", "text_check_busy", "code_page_unknown")
Reply = dict[str, object]
_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@._~-]{1,32}", re.ASCII)
_PAGE = re.compile(r"[0-9A-Za-z_-]+(/[0-9A-Za-z_-]+)+", re.ASCII)  # no slash in front, no query


class WeChatSim:
    """A running simulator on 127.0.0.1; `folder` holds its book, port 0 takes a free one."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.book = Book(folder)
        self.tokens = Tokens(self.book)
        self._faults = dict.fromkeys(FAULTS, 0)
        self._router = Router()
        for method, path, endpoint in (
            ("GET", "/sns/jscode2session", self._login),
            ("POST", "/cgi-bin/stable_token", self._stable_token),
            ("GET", "/cgi-bin/token", self._token),
        ):
            self._router.add(method, path, _replied(endpoint))
        for path, call in (
            ("/wxa/business/getuserphonenumber", self._phone),
            ("/wxa/getwxacodeunlimit", self._code),
            ("/cgi-bin/message/subscribe/send", self._message),
            ("/wxa/msg_sec_check", self._text_check),
            ("/wxa/sec/order/upload_shipping_info", self._shipping),
            ("/wxa/sec/order/is_trade_managed", self._is_managed),
            ("/cgi-bin/express/delivery/open_msg/get_delivery_list", self._carriers),
        ):
            self._router.add("POST", path, _replied(self._with_token(call)))
        for method, path, endpoint in (
            ("GET", "/_health", self._health),
            ("GET", "/_control/book", self._show_book),
            ("GET", "/_control/stats", self._stats),
            ("GET", "/_control/faults", self._show_faults),
            ("POST", "/_control/faults", self._set_faults),
        ):
            self._router.add(method, path, _replied(endpoint))
        self.server = SimulatorServer(port, self._answer)

    @property
    def url(self) -> str:
        """The base address in place of WeChat's."""
        return self.server.url

    def start(self) -> None:
        """Serve from a thread of this process, until close()."""
        self._serving = ThreadPoolExecutor(1, thread_name_prefix="wechatsim")
        self._serving.submit(self.server.serve_forever, 0.05)

    def close(self) -> None:
        """Stop what start() began and close the book."""
        self.server.shutdown()
        self.server.server_close()
        self._serving.shutdown(wait=True)
        self.book.close()

    def _answer(self, request: Request) -> Answer:
        if not request.path.startswith("/_"):
            self.book.count("calls", request.path)
        return self._router(request)

    def _with_token(self, call: Callable[[str, Request], Reply | Answer]) -> Callable[[Request], Reply | Answer]:
        def checked(request: Request) -> Reply | Answer:
            appid, error = self.tokens.owner(request.query("access_token"))
            return (
                _error(error, "invalid credential, access_token is invalid or expired")
                if error
                else call(appid, request)
            )

        return checked

    def _login(self, request: Request) -> Reply:
        appid, secret = request.query("appid"), request.query("secret")
        if error := self._app_error(appid, secret):
            return error
        code = request.query("js_code")
        if request.query("grant_type") != "authorization_code" or not code.removeprefix("sim:") or code[:4] != "sim:":
            return _error(40029, "invalid code")
        name = code.removeprefix("sim:")
        identity: Reply = {"openid": openid(appid, name), "unionid": unionid(name)}
        self.book.write("login", appid, {"name": name, **identity})
        return {"session_key": session_key(appid, name), **identity}

    def _stable_token(self, request: Request) -> Reply:
        body = request.json()
        appid, secret = str(body.get("appid") or ""), str(body.get("secret") or "")
        if error := self._app_error(appid, secret):
            return error
        if body.get("grant_type") != "client_credential":
            return _error(40002, "invalid grant_type")
        self.book.count("stable_token", appid)
        token, seconds = self.tokens.stable(appid, force_refresh=body.get("force_refresh") is True)
        return {"access_token": token, "expires_in": seconds}

    def _token(self, request: Request) -> Reply:
        appid = request.query("appid")
        if error := self._app_error(appid, request.query("secret")):
            return error
        if request.query("grant_type") != "client_credential":
            return _error(40002, "invalid grant_type")
        self.book.count("token", appid)
        token, seconds = self.tokens.replacing(appid)
        return {"access_token": token, "expires_in": seconds}

    def _app_error(self, appid: str, secret: str) -> Reply | None:
        """None for any app that shows both its number and a secret."""
        if not appid:
            return _error(40013, "invalid appid")
        if not secret:
            return _error(41004, "appsecret missing")
        self.book.remember_app(appid, secret)
        return None

    def _phone(self, appid: str, request: Request) -> Reply:
        match = re.fullmatch(r"(?:phone|sim):(\d{5,15})", str(request.json().get("code")), re.ASCII)
        if match is None:
            return _error(40029, "invalid code")
        number = match.group(1)
        self.book.write("phone", appid, {"number": number})
        phone = {"phoneNumber": number, "purePhoneNumber": number, "countryCode": "86"}
        return _ok(phone_info={**phone, "watermark": {"timestamp": int(time.time()), "appid": appid}})

    def _code(self, appid: str, request: Request) -> Reply | Answer:
        """A QR code that says which page it opens; the real ones are round and readable by WeChat alone."""
        body = request.json()
        page, scene = body.get("page"), body.get("scene")
        if not isinstance(scene, str) or not _SCENE.fullmatch(scene):
            return _error(40169, "invalid scene")
        if not isinstance(page, str) or not _PAGE.fullmatch(page):
            return _error(41030, "invalid page")
        if self.book.count("code", appid) <= self._faults["code_page_unknown"]:
            return _error(41030, "invalid page")
        self.book.write("code", appid, {"page": page, "scene": scene})
        picture = io.BytesIO()
        segno.make(f"{appid}/{page}?scene={scene}", micro=False).save(picture, kind="png", scale=10)
        return Answer(200, picture.getvalue(), {"Content-Type": "image/png"})

    def _message(self, appid: str, request: Request) -> Reply:
        body = request.json()
        if not isinstance(body.get("touser"), str) or not str(body["touser"]).startswith("o"):
            return _error(40003, "invalid openid")
        if not isinstance(body.get("template_id"), str) or not body["template_id"]:
            return _error(40037, "invalid template_id")
        if name := _bad_value(body.get("data")):
            return _error(47003, f"argument invalid! data.{name}.value invalid")
        if self.book.count("message", str(body["touser"])) <= self._faults["message_refused"]:
            return _error(43101, "user refuse to accept the msg")
        self.book.write("message", appid, body)
        return _ok()

    def _text_check(self, appid: str, request: Request) -> Reply:
        """Judge a text: 违规 in it is risky, 待定 needs a person, anything else passes."""
        body = request.json()
        content = body.get("content")
        if not isinstance(body.get("openid"), str) or not str(body["openid"]).startswith("o"):
            return _error(40003, "invalid openid")
        if body.get("version") != 2 or body.get("scene") not in (1, 2, 3, 4):
            return _error(40129, "invalid scene")
        if not isinstance(content, str) or not content:
            return _error(44002, "empty content")
        if self.book.count("text_check", appid) <= self._faults["text_check_busy"]:
            return _error(-1, "system error")
        self.book.write("text", appid, {"content": content, "scene": body["scene"]})
        suggest, label = (
            ("risky", 20001) if "违规" in content else ("review", 10001) if "待定" in content else ("pass", 100)
        )
        return _ok(result={"suggest": suggest, "label": label}, trace_id=f"sim-{time.time_ns()}")

    def _shipping(self, appid: str, request: Request) -> Reply:
        body = request.json()
        code, message = shipping.problem(body)
        if code:
            return _error(code, message)
        order = shipping.order_of(body)
        if self.book.count("shipping", order) <= self._faults["shipping_not_found"]:
            return _error(shipping.NOT_FOUND, "支付单不存在")
        # One correction is allowed after everything was shipped.
        if self.book.counted("shipped").get(order, 0) >= 2:
            return _error(shipping.USED_UP, "支付单已使用重新发货机会")
        if shipping.completes(body):
            self.book.count("shipped", order)
        self.book.write("shipment", appid, body)
        return _ok()

    def _is_managed(self, appid: str, request: Request) -> Reply:
        return _ok(is_trade_managed=True)

    def _carriers(self, appid: str, request: Request) -> Reply:
        rows = [{"delivery_id": code, "delivery_name": name} for code, name in shipping.CARRIERS.items()]
        return _ok(delivery_list=rows, count=len(rows))

    def _health(self, request: Request) -> Reply:
        self.book.rows("SELECT 1")
        return {"status": "ok"}

    def _show_book(self, request: Request) -> Reply:
        kinds = {"logins": "login", "phones": "phone", "messages": "message", "shipments": "shipment"}
        kinds |= {"texts": "text", "codes": "code"}
        return {"apps": self.book.apps(), **{name: self.book.entries(kind) for name, kind in kinds.items()}}

    def _stats(self, request: Request) -> Reply:
        """How often each app fetched a token of either kind, and how often each path was called."""
        return {name: self.book.counted(name) for name in ("stable_token", "token", "calls")}

    def _show_faults(self, request: Request) -> Reply:
        return {**self._faults, "token_lifetime": self.tokens.lifetime}

    def _set_faults(self, request: Request) -> Reply:
        """Set the scripts named; `{"mode": null}` ends all; `forget_tokens` makes every token unknown at once."""
        body = request.json()
        if "mode" in body:
            self._faults, self.tokens.lifetime = dict.fromkeys(FAULTS, 0), LIFETIME_SECONDS
        for name, value in body.items():
            if name in (*FAULTS, "token_lifetime") and (type(value) is not int or value < 0):
                raise BadRequest(f"{name} must be a whole number")
            if name in FAULTS and type(value) is int:
                self._faults[name] = value
            elif name == "token_lifetime" and type(value) is int:
                self.tokens.lifetime = value
        if body.get("forget_tokens") is True:
            self.tokens.forget_all()
        return self._show_faults(request)


def openid(appid: str, name: str) -> str:
    """The shopper's id in that app, for ever the same."""
    return "o" + _digest(f"openid/{appid}/{name}")[:27]


def unionid(name: str) -> str:
    """The shopper's id in every app."""
    return "o" + _digest(f"unionid/{name}")[:27]


def session_key(appid: str, name: str) -> str:
    """The shopper's session key in that app: 16 bytes as base64."""
    return base64.b64encode(hashlib.sha256(f"session/{appid}/{name}".encode()).digest()[:16]).decode()


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _replied(endpoint: Callable[[Request], Reply | Answer]) -> Callable[[Request], Answer]:
    """WeChat answers 200 whatever happened; the error code tells."""

    def replied(request: Request) -> Answer:
        reply = endpoint(request)
        return reply if isinstance(reply, Answer) else json_answer(200, reply)

    return replied


def _bad_value(data: object) -> str:
    """The first message parameter WeChat would not take, "" when it takes all."""
    if not isinstance(data, dict) or not data:
        return "data"
    limits = {"thing": 20, "phrase": 5, "character_string": 32, "number": 32}
    for name, item in data.items():
        value = item.get("value") if isinstance(item, dict) else None
        limit = limits.get(str(name).rstrip("0123456789"), 64)
        if not isinstance(value, str | int) or not 1 <= len(str(value)) <= limit:
            return str(name)
    return ""


def _ok(**values: object) -> Reply:
    return {"errcode": 0, "errmsg": "ok", **values}


def _error(code: int, message: str) -> Reply:
    return {"errcode": code, "errmsg": message}
