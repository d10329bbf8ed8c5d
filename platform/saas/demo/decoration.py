"""The front pages of the demonstration: banners and strips cut out of drawn pictures, entries for the categories."""

from dataclasses import dataclass
from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction

from saas.demo.drawing import draw
from shop.catalog.models import Category, Product
from shop.decoration.models import HomeItem
from shop.decoration.services import HomeItemDraft, save_item
from shop.library.models import Asset
from shop.library.services import store_picture
from shop.promotions import entrances

ACTOR = "demo"
SHAPES = {"BANNER": 0.48, "ENTRY": 1.0, "STRIP": 0.27}  # height of a picture whose width is 1


@dataclass(frozen=True, slots=True)
class Sign:
    """An item of the front page: what is drawn, and the product's code, category, words or offer it leads to."""

    place: str
    title: str
    drawing: tuple[str, str, str, str]
    target: str
    value: str


SIGNS = {
    "demo-home": (
        Sign("BANNER", "立冬：羊毛被到货", ("quilt", "sand", "apricot", "mint"), "PRODUCT", "JJ-102"),
        Sign("BANNER", "餐桌上的新碗", ("bowl", "leaf", "lemon", "sand"), "SEARCH", "碗"),
        Sign("ENTRY", "床品", ("bedding", "mint", "sand", "oat"), "CATEGORY", "床品"),
        Sign("ENTRY", "卫浴", ("towels", "peach", "sand", "mint"), "CATEGORY", "卫浴"),
        Sign("ENTRY", "领券中心", ("gift_box", "red", "lemon", "peach"), "OFFER", "coupon"),
        Sign("STRIP", "一盏灯的晚上", ("lamp", "mustard", "walnut", "sand"), "PRODUCT", "JJ-401"),
    ),
    "demo-tea": (
        Sign("BANNER", "今年的春茶", ("tin", "leaf", "mustard", "mint"), "PRODUCT", "CD-101"),
        Sign("BANNER", "节日礼盒", ("gift_box", "red", "lemon", "peach"), "SEARCH", "礼盒"),
        Sign("ENTRY", "茶叶", ("pouch", "leaf", "sand", "mint"), "CATEGORY", "茶叶"),
        Sign("ENTRY", "领券中心", ("gift_box", "red", "lemon", "peach"), "OFFER", "coupon"),
        Sign("STRIP", "一壶两杯", ("teapot", "rust", "sand", "oat"), "PRODUCT", "CD-201"),
    ),
}


@transaction.atomic
def decorate(slug: str) -> None:
    """Furnish the front page of the current shop, once."""
    if HomeItem.objects.exists():
        return
    for sign in SIGNS[slug]:
        if sign.target == "OFFER" and not entrances.name_of(sign.value):
            continue  # an installation without this tool
        save_item(_draft(sign, store_picture(_cut(sign), actor=ACTOR)))


def _draft(sign: Sign, picture: Asset) -> HomeItemDraft:
    return HomeItemDraft(
        place=sign.place,
        title=sign.title,
        picture=picture,
        target=sign.target,
        product=Product.objects.get(code=sign.value) if sign.target == "PRODUCT" else None,
        category=Category.objects.get(parent=None, name=sign.value) if sign.target == "CATEGORY" else None,
        text=sign.value if sign.target in ("SEARCH", "OFFER") else "",
    )


def _cut(sign: Sign) -> "ContentFile[bytes]":
    """Return the middle of the drawn picture, in the shape of its place."""
    whole = draw(*sign.drawing).picture()
    height = round(whole.width * SHAPES[sign.place])
    top = (whole.height - height) // 2
    output = BytesIO()
    whole.crop((0, top, whole.width, top + height)).save(output, "PNG", compress_level=1)
    return ContentFile(output.getvalue(), name=f"{sign.title}.png")
