"""What a shopper is told when WeChat says no."""

import logging

from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.members.wechat import WechatError

logger = logging.getLogger(__name__)

BAD_CODE = frozenset({40029, 40163})  # unknown or expired, used before


def refusal_of(error: WechatError) -> ShopError:
    """Return the error a shopper sees: 422 for a bad code, 503 for everything the shopper cannot help."""
    if error.code in BAD_CODE:
        return ShopError("wechat_code_invalid", _("微信授权已失效，请重试"), detail={"code": [_("授权码无效")]})
    logger.warning("WeChat refused: %s", error)
    return ShopError("wechat_unavailable", _("微信暂时没有响应，请稍后再试"), status=503)
