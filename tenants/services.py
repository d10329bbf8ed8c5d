"""Opening a shop."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from tenants import outbox, provisioning, registry
from tenants.context import ShopRef, using_shop
from tenants.errors import ShopError
from tenants.migrations_hash import current_hash
from tenants.models import Domain, Tenant

SLUG = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]")
LONGEST_NAME = 30
RESERVED_SLUGS = frozenset(
    [
        "admin",
        "api",
        "app",
        "assets",
        "blog",
        "cdn",
        "console",
        "demo-admin",
        "docs",
        "ftp",
        "h5",
        "help",
        "img",
        "imap",
        "mail",
        "media",
        "ns",
        "open",
        "pay",
        "platform",
        "pop",
        "s",
        "smtp",
        "static",
        "status",
        "support",
        "test",
        "weipu",
        "wiki",
        "ws",
        "www",
    ]
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who will own a new shop; `password` is already hashed."""

    contact: str
    password: str


def check_slug(slug: str) -> None:
    """Raise ShopError unless `slug` may name a new shop."""
    if not SLUG.fullmatch(slug):
        raise ShopError("slug_invalid", _("网址只能用小写字母、数字和连字符，3 到 30 个字符，以字母开头"))
    if slug in RESERVED_SLUGS or slug.startswith("xn--"):
        raise ShopError("slug_reserved", _("这个网址已被保留，请换一个"))
    if Tenant.objects.filter(slug=slug).exists():
        raise ShopError("slug_taken", _("这个网址已被使用，请换一个"))


def open_shop(slug: str, name: str, owner: Owner) -> ShopRef:
    """Make a shop with its owner in one transaction and return it; ShopError when the slug is taken or wrong."""
    check_slug(slug)
    try:
        with transaction.atomic():
            return _open(slug, name, owner)
    except IntegrityError as error:
        if Tenant.objects.filter(slug=slug).exists():
            raise ShopError("slug_taken", _("这个网址已被使用，请换一个")) from error
        raise


def rename(shop: ShopRef, name: str) -> None:
    """Give a shop another name, for every process at once; ShopError `name_invalid`."""
    clean = " ".join(name.split())
    if not clean or len(clean) > LONGEST_NAME or not clean.isprintable():
        raise ShopError("name_invalid", _("店铺名称请填 1 到 30 个字"))
    Tenant.objects.filter(uuid=shop.uuid).update(name=clean)
    registry.changed()


def current_name(shop: ShopRef) -> str:
    """Return the shop's name as the database has it; a process may hold an older one for a moment."""
    return Tenant.objects.values_list("name", flat=True).get(uuid=shop.uuid)


def _open(slug: str, name: str, owner: Owner) -> ShopRef:
    tenant = Tenant.objects.create(schema_name=provisioning.claim(), slug=slug, name=name, owner_contact=owner.contact)
    host = f"{slug}.{settings.BASE_DOMAIN}"
    Domain.objects.create(tenant=tenant, domain=host, is_primary=True)
    shop = tenant.ref(host=host, schema_hash=current_hash())
    with using_shop(shop):
        import_string(settings.SHOP_OPENER)(shop, owner)
        outbox.publish("shop.opened", "shop", shop.key)
    registry.changed()
    return shop
