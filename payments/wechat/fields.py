"""The configuration of one WeChat Pay merchant account, and what can be wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from django.utils.translation import gettext_lazy as _

from payments.base import ConfigField, missing

FIELDS = (
    ConfigField("mchid", _("商户号")),
    ConfigField("appid", _("小程序 AppID")),
    ConfigField("merchant_serial", _("商户 API 证书序列号")),
    ConfigField("merchant_private_key", _("商户 API 私钥"), secret=True, multiline=True),
    ConfigField("apiv3_key", _("APIv3 密钥"), secret=True),
    ConfigField("public_key_id", _("微信支付公钥 ID")),
    ConfigField("public_key", _("微信支付公钥"), multiline=True),
    ConfigField(
        "h5",
        _("浏览器付款（H5 支付）"),
        switch=True,
        help=_("须先在微信支付商户平台开通 H5 支付，并填好店铺的网址，否则顾客在浏览器里付不了款。"),
    ),
)

_SHAPES = {
    "mchid": (r"\d{8,10}", _("商户号应为 8 至 10 位数字")),
    "appid": (r"wx[0-9a-f]{16}", _("小程序 AppID 应以 wx 开头，共 18 位")),
    "merchant_serial": (r"[0-9A-Fa-f]{8,40}", _("商户 API 证书序列号应为十六进制字符")),
    "apiv3_key": (r"[0-9A-Za-z]{32}", _("APIv3 密钥应为 32 位字母或数字")),
    "public_key_id": (r"PUB_KEY_ID_[0-9A-Za-z]{1,64}", _("微信支付公钥 ID 应以 PUB_KEY_ID_ 开头")),
}


def check_config(config: Mapping[str, str]) -> list[str]:
    """Messages for the merchant about every missing or malformed key; empty when the account can be used."""
    problems = missing(FIELDS, config)
    for key, (shape, message) in _SHAPES.items():
        value = config.get(key, "")
        if value.strip() and not re.fullmatch(shape, value, re.ASCII):
            problems.append(str(message))
    if config.get("merchant_private_key", "").strip() and not _is_private_key(config["merchant_private_key"]):
        problems.append(str(_("商户 API 私钥无法识别，请粘贴 apiclient_key.pem 的全部内容")))
    if config.get("public_key", "").strip() and not _is_public_key(config["public_key"]):
        problems.append(str(_("微信支付公钥无法识别，请粘贴 pub_key.pem 的全部内容")))
    return problems


def _is_private_key(text: str) -> bool:
    try:
        return isinstance(load_pem_private_key(text.strip().encode(), password=None), RSAPrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def _is_public_key(text: str) -> bool:
    try:
        return isinstance(load_pem_public_key(text.strip().encode()), RSAPublicKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
