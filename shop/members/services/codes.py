"""WeChat's codes (小程序码) that lead into the shop's own mini-program, asked for once and kept."""

import logging
import re
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core import miniprogram
from shop.core.errors import ShopError
from shop.members.models import MiniProgramCode, WechatApp
from shop.members.wechat import WechatError, code_picture
from shop.members.wechat.transport import PNG
from tenants.storage import random_name

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # above the longest call, with tokens refreshed on the way
REFUSED_FOR = timedelta(minutes=10)
PAGE_UNKNOWN = 41030
_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@._~-]{1,32}", re.ASCII)


def mini_program_code(page: str, scene: str) -> str:
    """Return the stored name of the picture whose scan opens the page with the scene; WeChat is asked at most once.

    ShopError: 409 `wechat_app_missing`, `code_refused`; 503 `code_pending`, `wechat_unavailable`. ValueError for a
    page or scene that WeChat would not take.
    """
    if page not in miniprogram.PAGES or not _SCENE.fullmatch(scene):
        raise ValueError("no page of the mini-program, or no scene")
    code = _row(page, scene)
    if not code.picture and not _lease(code):
        code.refresh_from_db()
        if not code.picture:
            raise _refused(code.refusal) if code.refusal else _pending()
    return code.picture or _made(code)


def _row(page: str, scene: str) -> MiniProgramCode:
    wanted = {"appid": WechatApp.objects.current().appid, "page": page, "scene": scene}
    code = MiniProgramCode.objects.filter(**wanted).first()
    if code is None:
        MiniProgramCode.objects.bulk_create([MiniProgramCode(**wanted)], ignore_conflicts=True)
        code = MiniProgramCode.objects.get(**wanted)
    return code


def _lease(code: MiniProgramCode) -> bool:
    """Take the right to ask WeChat; False when somebody holds it, or WeChat has refused just now."""
    free = Q(leased_until=None) | Q(leased_until__lte=Now())
    return MiniProgramCode.objects.filter(free, pk=code.pk, picture="").update(leased_until=Now() + LEASE) == 1


def _made(code: MiniProgramCode) -> str:
    rows = MiniProgramCode.objects.filter(pk=code.pk)
    try:
        content = code_picture(code.page, code.scene)
    except WechatError as error:
        logger.warning("WeChat made no code: %s", error)
        if error.retry:
            rows.update(leased_until=None)
            raise ShopError("wechat_unavailable", _("微信暂时没有响应，请稍后再试"), status=503) from error
        rows.update(refusal=error.code, leased_until=Now() + REFUSED_FOR)
        raise _refused(error.code) from error
    name = random_name("png" if content.startswith(PNG) else "jpg", letter="c")
    name = storages["public"].save(name, ContentFile(content))
    rows.update(picture=name, refusal=0, leased_until=None)
    return name


def _pending() -> ShopError:
    return ShopError("code_pending", _("小程序码正在生成，请稍后再试"), status=503)


def _refused(refusal: int) -> ShopError:
    message = _("小程序还没有发布，暂时没有小程序码") if refusal == PAGE_UNKNOWN else _("微信没有给出小程序码")
    return ShopError("code_refused", message, status=409, detail={"wechat": refusal})
