"""How requests reach WeChat: address, time-outs, and what every kind of failure means."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from tenants.patience import patience_with

ADDRESS = "https://api.weixin.qq.com"  # what wechatpy calls; the adapter sends it to settings.WECHAT_API_URL
TIMEOUT_SECONDS = (2, 5)
NO_ANSWER = -1000  # our own code: WeChat did not answer, or not in its language
BUSY = frozenset({NO_ANSWER, -1, 45011})
STALE_TOKEN = frozenset({40001, 40014, 42001})
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class WechatError(Exception):
    """WeChat refused (its own code) or did not answer (NO_ANSWER); `retry` tells whether the same call may succeed."""

    def __init__(self, code: int, message: str, retry: bool) -> None:
        super().__init__(f"{code} {message}")
        self.code, self.message, self.retry = code, message, retry


class ConfiguredAddress(HTTPAdapter):
    """Sends every request to settings.WECHAT_API_URL, never without a time-out."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Return the answer; requests' own errors for none."""
        base, wanted = urlsplit(settings.WECHAT_API_URL), urlsplit(request.url or "")
        path = base.path.rstrip("/") + str(wanted.path)
        request.url = urlunsplit((base.scheme, base.netloc, path, str(wanted.query), ""))
        used = None if base.hostname in _LOOPBACK else proxies
        patience = patience_with(settings.WECHAT_API_URL)
        if not patience.allows():
            raise requests.ConnectTimeout
        try:
            answer = super().send(request, stream, timeout or TIMEOUT_SECONDS, verify, cert, used)
        except requests.Timeout:
            patience.timed_out()
            raise
        patience.answered()
        return answer


# One pool of connections for all shops: it holds no credential, every request carries its own.
_adapter = ConfiguredAddress(pool_maxsize=50)


def connect(appid: str, secret: str, session: object) -> WeChatClient:
    """Return wechatpy's client of an app; `session` answers its questions for the access token."""
    # wechatpy's own retry never ends while WeChat keeps refusing the token.
    client = WeChatClient(appid, secret, session=session, auto_retry=False)
    client._http.mount("https://", _adapter)
    return client


def call(client: WeChatClient, method: str, path: str, **options: Any) -> dict[str, Any]:
    """Return WeChat's answer to a request that carries its own credential; WechatError for everything but success."""
    answer = _answer(client, method, path, options)
    if not isinstance(answer, dict):
        raise WechatError(NO_ANSWER, "not JSON", retry=True)
    return answer


def call_for_picture(client: WeChatClient, method: str, path: str, **options: Any) -> bytes:
    """Return the PNG or JPEG that WeChat answers a request with; WechatError for everything else."""
    answer = _answer(client, method, path, options)
    if not isinstance(answer, requests.Response) or not answer.content.startswith((PNG, JPEG)):
        raise WechatError(NO_ANSWER, "not a picture", retry=True)
    return answer.content


def _answer(client: WeChatClient, method: str, path: str, options: dict[str, Any]) -> Any:
    options.setdefault("params", {}).setdefault("access_token", None)  # None is left out of the address
    try:
        return client._request(method, ADDRESS + path, **options)
    except WeChatClientException as error:
        raise _refusal(error) from None
    except (requests.RequestException, ValueError) as error:
        # The text of such an error holds the address with the secret in it.
        raise WechatError(NO_ANSWER, type(error).__name__, retry=True) from None


def _refusal(error: WeChatClientException) -> WechatError:
    if error.errcode is None:
        status = error.response.status_code if error.response is not None else 0
        return WechatError(NO_ANSWER, f"HTTP {status}", retry=True)
    return WechatError(error.errcode, str(error.errmsg)[:200], retry=error.errcode in BUSY)
