"""What stands beside the demonstration's goods: promises, colours of tags, brand stories, templates."""

from dataclasses import dataclass
from io import BytesIO

from django.core.files.base import ContentFile

from saas.demo.drawing.canvas import Canvas
from shop.catalog.drafts import AttributeRowDraft, OptionDraft, SpecTemplateDraft
from shop.catalog.models import Brand, Category, Product, Tag
from shop.catalog.services import (
    relate_products,
    save_attribute_template,
    save_brand,
    save_guarantee,
    save_spec_template,
    save_tag,
)
from shop.library.services import store_picture

ACTOR = "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchandise:
    """Of one shop: (name, icon, description) of promises, tag → colour, brand → story, and what is prepared."""

    promises: tuple[tuple[str, str, str], ...]
    colours: dict[str, str]
    stories: dict[str, str]
    related: dict[str, tuple[str, ...]]
    specs: tuple[tuple[str, dict[str, tuple[str, ...]]], ...]
    attributes: dict[str, tuple[AttributeRowDraft, ...]]


MERCHANDISE = {
    "demo-home": Merchandise(
        promises=(
            ("七天无理由退货", "退", "签收后七天内，未使用可以退货。"),
            ("48 小时内发货", "快", "付款后 48 小时内交给快递。"),
        ),
        colours={"掌柜推荐": "#b45309", "当季": "#047857"},
        stories={"檐下": "从一间临街的小铺开始，只做自己家里也用的东西。"},
        related={"JJ-101": ("JJ-103", "JJ-102"), "JJ-102": ("JJ-101",)},
        specs=(("床品尺寸", {"尺寸": ("1.2 米", "1.5 米", "1.8 米", "2.0 米")}),),
        attributes={"床品": (AttributeRowDraft(name="材质", values=("棉", "羊毛", "蚕丝"), required=True),)},
    ),
    "demo-tea": Merchandise(
        promises=(
            ("坏了包赔", "赔", "运输中破损，拍照即赔。"),
            ("当日发货", "快", "下午四点前付款，当日发出。"),
        ),
        colours={"掌柜推荐": "#b45309", "春茶": "#15803d", "炭焙": "#7c2d12", "现烤": "#be123c"},
        stories={"山月": "茶园在海拔八百米的山坳里，采、炒、焙都在同一个院子。"},
        related={"CD-101": ("CD-102", "CD-301"), "CD-301": ("CD-101",)},
        specs=(("茶叶净含量", {"规格": ("50 克", "100 克", "250 克")}),),
        attributes={
            "茶叶": (
                AttributeRowDraft(name="产地", values=("浙江", "福建", "云南")),
                AttributeRowDraft(name="保存", values=("密封，冷藏", "常温密封")),
            )
        },
    ),
}


def dress(goods: Merchandise) -> None:
    """Write it into the current shop, whose goods are there already."""
    for position, (name, icon, description) in enumerate(goods.promises):
        save_guarantee(None, name=name, icon=icon, description=description, is_for_all=True, position=position)
    for tag in Tag.objects.filter(name__in=goods.colours):
        save_tag(tag, name=tag.name, colour=goods.colours[tag.name])
    for code, others in goods.related.items():
        relate_products(Product.objects.get(code=code), others)
    for name, options in goods.specs:
        drafts = tuple(OptionDraft(option, values) for option, values in options.items())
        save_spec_template(SpecTemplateDraft(name=name, options=drafts))
    for category, rows in goods.attributes.items():
        save_attribute_template(Category.objects.get(parent=None, name=category), rows)


def prove(goods: Merchandise) -> None:
    """Give the brands that have a story a certificate to show, once."""
    for brand in Brand.objects.filter(name__in=goods.stories, qualifications=None):
        proof = store_picture(_certificate(), actor=ACTOR)
        save_brand(brand, name=brand.name, story=goods.stories[brand.name], logo=brand.logo, qualifications=[proof])


def _certificate() -> "ContentFile[bytes]":
    """Return a drawn sheet with a frame, lines of writing and a seal."""
    sheet = Canvas((236, 230, 216))
    sheet.fill([(14, 8), (86, 8), (86, 92), (14, 92)], (253, 251, 245))
    sheet.stroke([(19, 13), (81, 13), (81, 87), (19, 87)], (181, 140, 74), 0.8, closed=True)
    sheet.stroke([(36, 25), (64, 25)], (120, 53, 15), 2.4)
    for line in range(5):
        sheet.stroke([(28, 38 + 6 * line), (72 - 6 * (line == 4), 38 + 6 * line)], (203, 193, 172), 1.0)
    sheet.dots([(66, 76)], 8, (190, 18, 60), 0.85)
    sheet.dots([(66, 76)], 5.5, (253, 251, 245), 0.9)
    output = BytesIO()
    sheet.picture().save(output, "PNG", compress_level=1)
    return ContentFile(output.getvalue(), name="certificate.png")
