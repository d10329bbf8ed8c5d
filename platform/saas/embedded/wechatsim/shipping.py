"""Checks of an uploaded shipment, with WeChat's own error codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

OK, NOT_JSON_SHAPE, BAD_PARAMETER, NOT_FOUND, USED_UP = 0, 47001, 268485216, 10060001, 10060003
EXPRESS, UNIFIED, SPLIT = 1, 1, 2

CARRIERS = {
    "SF": "顺丰速运",
    "ZTO": "中通快递",
    "YTO": "圆通速递",
    "STO": "申通快递",
    "YD": "韵达速递",
    "JD": "京东快递",
    "EMS": "EMS",
    "JTSD": "极兔速递",
    "DBL": "德邦快递",
}

Fields = Mapping[str, object]


def order_of(body: Fields) -> str:
    """The order a shipment names: merchant number and order number, or the transaction; "" when it names none."""
    key = body.get("order_key")
    if not isinstance(key, dict):
        return ""
    names = ("mchid", "out_trade_no") if key.get("order_number_type") == 1 else ("transaction_id",)
    parts = [key.get(name) for name in names]
    return "/".join(str(part) for part in parts) if all(isinstance(part, str) and part for part in parts) else ""


def problem(body: Fields) -> tuple[int, str]:
    """0 and "" for a well-formed shipment, else an error code and its message."""
    packages = body.get("shipping_list")
    if not isinstance(packages, list) or not all(isinstance(package, dict) for package in packages):
        return NOT_JSON_SHAPE, "shipping_list must be an array of objects"
    mode = body.get("delivery_mode")
    checks = (
        (bool(order_of(body)), "order_key"),
        (body.get("logistics_type") in (1, 2, 3, 4), "logistics_type"),
        (mode in (UNIFIED, SPLIT), "delivery_mode"),
        (len(packages) == 1 if mode == UNIFIED else 1 <= len(packages) <= 15, "shipping_list"),
        (mode == UNIFIED or isinstance(body.get("is_all_delivered"), bool), "is_all_delivered"),
        (_is_moment(body.get("upload_time")), "upload_time"),
        (_has_openid(body.get("payer")), "payer.openid"),
        (all(_is_package(package, body.get("logistics_type")) for package in packages), "shipping_list item"),
    )
    for holds, name in checks:
        if not holds:
            return BAD_PARAMETER, f"{name} is missing or malformed"
    return OK, ""


def completes(body: Fields) -> bool:
    """Whether nothing of the order is left to ship after this upload."""
    return body.get("delivery_mode") == UNIFIED or body.get("is_all_delivered") is True


def _is_package(package: Fields, logistics_type: object) -> bool:
    description = package.get("item_desc")
    if not isinstance(description, str) or not 1 <= len(description) <= 120:
        return False
    if logistics_type != EXPRESS:
        return True
    if not package.get("tracking_no") or package.get("express_company") not in CARRIERS:
        return False
    # 顺丰 tells nothing about a parcel without a phone number of either side.
    return package["express_company"] != "SF" or _has_contact(package.get("contact"))


def _has_contact(contact: object) -> bool:
    return isinstance(contact, dict) and bool(contact.get("receiver_contact") or contact.get("consignor_contact"))


def _has_openid(payer: object) -> bool:
    return isinstance(payer, dict) and isinstance(payer.get("openid"), str) and bool(payer["openid"])


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
