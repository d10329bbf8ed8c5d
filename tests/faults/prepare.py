# ruff: noqa: E402  (Django must be set up first)
"""Run inside the product's environment: fills a shop with members, tokens, addresses and SKUs, prints their keys.

python -m tests.faults.prepare SLUG '{"members": 10, "skus": [[price, stock], …], "cards": [[price, secrets], …],
"session": {"begins": seconds from now, "lasts": seconds}}'
"""

import hashlib
import json
import os
import secrets
import sys
from datetime import timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "saas.settings"

import django

django.setup()

from django.db import transaction
from django.utils import timezone

from shop.catalog.models import SKU, Category, Product
from shop.core.models import ShopSettings
from shop.inventory.services import set_on_hand
from shop.marketing.flash_sale.services import draft_session
from shop.members.models import Address, Identity, Member, MemberToken, WechatApp
from shop.promotions.drafts import ItemDraft
from shop.promotions.services import publish_activity
from shop.virtual.services import import_secrets
from tenants import registry
from tenants.context import using_shop


def members(count):
    app = WechatApp.objects.first()
    rows = Member.objects.bulk_create(Member() for _ in range(count))
    identities = Identity.objects.bulk_create(
        Identity(member=row, kind="MINIPROGRAM", app=app.appid if app else "wx", subject=secrets.token_hex(14))
        for row in rows
    )
    tokens = [secrets.token_urlsafe(24) for _ in rows]
    MemberToken.objects.bulk_create(
        MemberToken(
            member=row,
            identity=identity,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            expires_at=timezone.now() + timedelta(days=1),
        )
        for row, identity, token in zip(rows, identities, tokens, strict=True)
    )
    addresses = Address.objects.bulk_create(
        Address(member=row, name="王", phone="13800138000", detail="路", province="浙江", city="杭州", is_default=True)
        for row in rows
    )
    return [{"token": token, "address": address.key} for token, address in zip(tokens, addresses, strict=True)]


def skus(levels):
    category, _ = Category.objects.get_or_create(parent=None, name="测试")
    found = []
    for price, stock in levels:
        code = secrets.token_hex(5)
        product = Product.objects.create(code=code, title=f"商品 {code}", category=category, price=price)
        sku = SKU.objects.create(product=product, code=f"{code}-1", options={"规格": "标准"}, price=price)
        set_on_hand({sku.pk: stock}, kind="IMPORT", ref=code, actor="test")
        found.append(sku.key)
    return found


def cards(levels):
    """Card SKUs with this many secrets each."""
    found = []
    for price, count in levels:
        (key,) = skus([[price, 0]])
        sku = SKU.objects.select_related("product").get(key=key)
        sku.product.kind = "CARD"
        sku.product.save(update_fields=["kind"])
        import_secrets(sku, [f"{key}-{number:05}" for number in range(count)], ref=key, actor="test")
        found.append(key)
    return found


def session(skus, begins, lasts):
    """A published flash sale with all stock of the SKUs, in half of their price."""
    rows = [ItemDraft(sku.pk, sku.price // 2, 400) for sku in SKU.objects.filter(key__in=skus)]
    starts_at = timezone.now() + timedelta(seconds=begins)
    made = draft_session("场次", rows, starts_at=starts_at, ends_at=starts_at + timedelta(seconds=lasts))
    publish_activity(made, actor="test")
    return {"key": made.key, "starts": made.starts_at.timestamp(), "ends": made.ends_at.timestamp()}


def main():
    wanted = json.loads(sys.argv[2])
    with using_shop(registry.by_slug(sys.argv[1])), transaction.atomic():
        ShopSettings.objects.update(most_unpaid=1000, **wanted.get("settings", {}))
        made = {"members": members(wanted.get("members", 0)), "skus": skus(wanted.get("skus", []))}
        made["cards"] = cards(wanted.get("cards", []))
        if "session" in wanted:
            made["session"] = session(made["skus"], **wanted["session"])
    print(json.dumps(made))


if __name__ == "__main__":
    main()
