"""What stands beside a product in lists and on its page."""

from shop.catalog.drafts import CategoryDraft, LimitsDraft, SKUDraft
from shop.catalog.models import Brand, Guarantee, Product, Tag
from shop.catalog.services import save_brand, save_category
from shop.library.services import store_picture
from tests.conftest import body
from tests.shop.catalogue import product
from tests.shop.pictures import made


def test_a_product_shows_what_stands_beside_it(api):
    for code, shown in (("R1", True), ("R2", False), ("R3", True)):
        product(code, is_on_shelf=shown)
    Guarantee.objects.create(name="七天退货", description="签收后七天内", icon="退", position=2)
    Guarantee.objects.create(name="正品保证", is_for_all=False, position=1)
    Guarantee.objects.create(name="别的商品的", is_for_all=False)
    saved = product(
        "P1",
        brand="山月",
        tags=("热卖", "新"),
        guarantees=("正品保证",),
        related=("R3", "R2", "R1"),
        limits=LimitsDraft(most_per_member=6, least_per_order=2),
    )
    Tag.objects.filter(name="新").update(colour="#0369a1")
    Brand.objects.update(story="山里的茶")
    shown = body(api.get(f"/api/v1/products/{saved.key}"))
    tags = [{"name": "热卖", "colour": "#c2410c"}, {"name": "新", "colour": "#0369a1"}]
    assert shown["tags"] == tags
    assert shown["brand"] == "山月"
    assert shown["brand_info"] == {
        "key": saved.brand.key,
        "name": "山月",
        "story": "山里的茶",
        "logo": "",
        "qualifications": [],
    }
    assert shown["kind"] == "GOODS"
    assert shown["limits"] == {"least_per_order": 2, "most_per_order": None, "most_per_member": 6}
    assert [row["name"] for row in shown["guarantees"]] == ["正品保证", "七天退货"]
    assert shown["guarantees"][1] == {"name": "七天退货", "description": "签收后七天内", "icon": "退"}
    assert [row["title"] for row in shown["related"]] == ["羊毛被", "羊毛被"]
    assert [row["key"] for row in shown["related"]] == [Product.objects.get(code=code).key for code in ("R3", "R1")]
    listed = {row["key"]: row["tags"] for row in body(api.get("/api/v1/products"))["results"]}
    assert listed[saved.key] == tags
    assert [row for key, row in listed.items() if key != saved.key] == [[], []]
    assert "cost_price" not in str(shown)
    assert "member_price" not in str(shown)


def test_pictures_of_brand_category_and_sku_are_shown(api, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    logo, proof, red = (store_picture(made(colour=colour), actor="test") for colour in ("blue", "green", "red"))
    saved = product(brand="山月", skus=(SKUDraft(code="A", price=100, picture=red.key),))
    save_brand(saved.brand, name="山月", logo=logo, qualifications=[proof])
    save_category(CategoryDraft(name="被枕", parent=saved.category.parent_id, picture=proof.key), saved.category)
    shown = body(api.get(f"/api/v1/products/{saved.key}"))
    assert shown["skus"][0]["picture"] == f"/media/{red.name}"
    assert shown["brand_info"]["logo"] == f"/media/{logo.name}"
    assert [picture["large"] for picture in shown["brand_info"]["qualifications"]] == [f"/media/{proof.name}"]
    tree = body(api.get("/api/v1/categories"))
    assert tree[0]["children"][0]["picture"] == f"/media/{proof.name}"
    assert body(api.get("/api/v1/home"))["categories"][0]["picture"] == ""
