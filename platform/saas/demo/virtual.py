"""What the demonstration's shops sell and nobody carries, and what they ask of whoever orders."""

import hashlib

from shop.catalog.models import SKU, Product
from shop.catalog.order_form import FormField
from shop.catalog.services.order_forms import save_order_form
from shop.virtual.services import import_secrets, save_terms

SECRETS = 40  # of each SKU
CARDS = {"demo-tea": ("CD-401-1", "CD-401-2")}
SERVICES = {"demo-tea": ("CD-402",)}
ASKED = {
    "demo-tea": {"CD-307": (FormField(label="卡片寄语", required=False, most=60, hint="例如：中秋快乐"),)},
    "demo-home": {
        "JJ-305": (FormField(label="送货日期", kind="DATE", required=False, hint="不填则尽快发出"),),
    },
}


def furnish(slug: str, *, actor: str) -> None:
    """Give the shop's cards their secrets, its services their terms and its products their forms."""
    for code in CARDS.get(slug, ()):
        sku = SKU.objects.select_related("product").get(code=code)
        texts = [_secret(code, number) for number in range(SECRETS)]
        import_secrets(sku, texts, ref=f"demo-{code}", actor=actor)
    for code in SERVICES.get(slug, ()):
        save_terms(Product.objects.get(code=code), valid_days=90, refund_rule="ALWAYS")
    for code, fields in ASKED.get(slug, {}).items():
        save_order_form(Product.objects.get(code=code), fields, before=[])


def _secret(code: str, number: int) -> str:
    letters = hashlib.sha256(f"{code} {number}".encode()).hexdigest().upper()
    return f"SY{letters[:4]}-{letters[4:8]}-{letters[8:12]}"
