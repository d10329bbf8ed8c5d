"""The front pages of the demonstration: banners and strips of drawn pictures, entries for categories and activities."""

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
from shop.promotions.models import Activity

ACTOR = "demo"
SHAPES = {"BANNER": 0.48, "ENTRY": 1.0, "STRIP": 0.27}  # height of a picture whose width is 1


@dataclass(frozen=True, slots=True)
class Sign:
    """An item of the front page: what is drawn, and the product's code, category, words or offer it leads to.

    An offer is a tool, or a tool and the title of its activity (`group_buy/毛巾一起买`).
    """

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
        Sign("ENTRY", "限时秒杀", ("clock", "rust", "sand", "lemon"), "OFFER", "flash_sale"),
        Sign("ENTRY", "一起拼团", ("bath_towel", "leaf", "sand", "peach"), "OFFER", "group_buy/毛巾一起买"),
        Sign("STRIP", "一盏灯的晚上", ("lamp", "mustard", "walnut", "sand"), "PRODUCT", "JJ-401"),
        Sign("STRIP", "台灯砍到 99 元", ("lamp", "rust", "oat", "mint"), "OFFER", "bargain/台灯砍一刀"),
    ),
    "demo-tea": (
        Sign("BANNER", "今年的春茶", ("tin", "leaf", "mustard", "mint"), "PRODUCT", "CD-101"),
        Sign("BANNER", "节日礼盒", ("gift_box", "red", "lemon", "peach"), "SEARCH", "礼盒"),
        Sign("ENTRY", "茶叶", ("pouch", "leaf", "sand", "mint"), "CATEGORY", "茶叶"),
        Sign("ENTRY", "领券中心", ("gift_box", "red", "lemon", "peach"), "OFFER", "coupon"),
        Sign("ENTRY", "两人成团", ("pastries", "mustard", "rust", "sand"), "OFFER", "group_buy/蛋黄酥两人团"),
        Sign("STRIP", "一壶两杯", ("teapot", "rust", "sand", "oat"), "PRODUCT", "CD-201"),
        Sign("STRIP", "一壶两盏更省", ("gaiwan", "sand", "leaf", "mint"), "OFFER", "bundle/一壶两盏"),
    ),
}


@transaction.atomic
def decorate(slug: str) -> None:
    """Furnish the front page of the current shop, once; without what leads to no activity that runs."""
    if HomeItem.objects.exists():
        return
    for sign in SIGNS[slug]:
        text = _offer(sign.value) if sign.target == "OFFER" else sign.value
        if sign.target != "OFFER" or entrances.name_of(text):
            save_item(_draft(sign, text, store_picture(picture_of(sign), actor=ACTOR)))


def _offer(value: str) -> str:
    """Return the place of an offer: the tool's, or that of its activity with this title."""
    tool, _slash, title = value.partition("/")
    if not title:
        return tool
    live = Activity.objects.of_tool(tool).live().filter(title=title).first()
    return f"{tool}/{live.key if live else ''}"


def _draft(sign: Sign, text: str, picture: Asset) -> HomeItemDraft:
    return HomeItemDraft(
        place=sign.place,
        title=sign.title,
        picture=picture,
        target=sign.target,
        product=Product.objects.get(code=sign.value) if sign.target == "PRODUCT" else None,
        category=Category.objects.get(parent=None, name=sign.value) if sign.target == "CATEGORY" else None,
        text=text if sign.target in ("SEARCH", "OFFER") else "",
    )


def picture_of(sign: Sign) -> "ContentFile[bytes]":
    """Return the drawn picture in the shape of its place: whole, between its own wall and table drawn out sideways."""
    whole = draw(*sign.drawing).picture()
    height = round(whole.width * SHAPES[sign.place])
    shown = whole.resize((height, height))
    wide = shown.crop((0, 0, 1, height)).resize((whole.width, height))
    wide.paste(shown, ((whole.width - height) // 2, 0))
    output = BytesIO()
    wide.save(output, "PNG", compress_level=1)
    return ContentFile(output.getvalue(), name=f"{sign.title}.png")
