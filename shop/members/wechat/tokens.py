"""The app's access token: one row, refreshed by one process at a time, no transaction open while WeChat answers."""

import time
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now
from wechatpy import WeChatClient

from shop.members.models import AccessToken, WechatApp
from shop.members.wechat.transport import NO_ANSWER, WechatError, call, connect

MARGIN = timedelta(seconds=60)  # a token this near its end is not used any more
LEASE = timedelta(seconds=15)  # above the longest refresh: two calls, each with its time-outs
WAIT_SECONDS = 3.0
POLL_SECONDS = 0.05


class TokenStore:
    """wechatpy's session of one app: what it asks for is always a token that is still good."""

    def __init__(self, app: WechatApp) -> None:
        self._app = app
        self.client: WeChatClient = connect(app.appid, app.secret, self)

    def get(self, key: str, default: Any = None) -> str:
        """Return the app's token, whatever the key; WechatError when there is none to be had."""
        return self.token()

    def set(self, key: str, value: Any, ttl: int | None = None) -> None:
        """Nothing: only the row's lease holder writes."""

    def delete(self, key: str) -> None:
        """Nothing: a token is replaced, never deleted."""

    def token(self, *, rejected: str = "") -> str:
        """Return a token that lives MARGIN and more and is not `rejected`; WechatError when WeChat gives none."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            row = self._row()
            if row.is_fresh and row.token != rejected:
                return row.token
            if self._lease(row):
                return self._refresh(row, rejected)
            if time.monotonic() > deadline:
                raise WechatError(NO_ANSWER, "another process is refreshing the token", retry=True)
            time.sleep(POLL_SECONDS)

    def _row(self) -> Any:
        fresh = ExpressionWrapper(Q(expires_at__gt=Now() + MARGIN), output_field=BooleanField())
        rows = AccessToken.objects.filter(app=self._app).annotate(is_fresh=fresh)
        row = rows.first()
        if row is None:
            AccessToken.objects.bulk_create([AccessToken(app=self._app)], ignore_conflicts=True)
            row = rows.get()
        return row

    def _lease(self, row: AccessToken) -> bool:
        """Take the right to refresh what was read; False when somebody holds it or has refreshed since."""
        unchanged = AccessToken.objects.filter(pk=row.pk, token_sealed=row.token_sealed)
        free = unchanged.filter(Q(leased_until=None) | Q(leased_until__lte=Now()))
        return free.update(leased_until=Now() + LEASE) == 1

    def _refresh(self, row: AccessToken, rejected: str) -> str:
        try:
            token, seconds = self._fetch(force=False)
            if token == rejected:  # forcing is rationed (20 a day), so it is only the second try
                token, seconds = self._fetch(force=True)
            row.token = token
            AccessToken.objects.filter(pk=row.pk).update(
                token_sealed=row.token_sealed, expires_at=Now() + timedelta(seconds=seconds)
            )
        finally:
            AccessToken.objects.filter(pk=row.pk).update(leased_until=None)
        return token

    def _fetch(self, *, force: bool) -> tuple[str, int]:
        payload = {
            "grant_type": "client_credential",
            "appid": self._app.appid,
            "secret": self._app.secret,
            "force_refresh": force,
        }
        answer = call(self.client, "post", "/cgi-bin/stable_token", data=payload)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise WechatError(NO_ANSWER, "no access_token in the answer", retry=True)
        return token, seconds
