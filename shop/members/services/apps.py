"""The shop's mini-program."""

import re

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.members.models import AccessToken, WechatApp

_APPID = re.compile(r"[0-9A-Za-z_-]{1,40}", re.ASCII)


@transaction.atomic
def connect_app(appid: str, secret: str, name: str = "") -> WechatApp:
    """Return the shop's mini-program after setting it; ShopError 422 for an appid or secret that cannot be one.

    The access token of the app before is forgotten: it belongs to the old appid and secret.
    """
    if not _APPID.fullmatch(appid):
        raise ShopError("invalid", _("AppID 填写有误"), detail={"appid": [_("AppID 填写有误")]})
    if not secret.strip():
        raise ShopError("invalid", _("AppSecret 不能为空"), detail={"secret": [_("AppSecret 不能为空")]})
    WechatApp.objects.bulk_create([WechatApp(pk=WechatApp.ONLY, appid=appid)], ignore_conflicts=True)
    app = WechatApp.objects.select_for_update().get(pk=WechatApp.ONLY)
    app.appid, app.secret, app.name = appid, secret.strip(), name.strip()[:60]
    app.save()
    AccessToken.objects.filter(app=app).delete()
    return app
