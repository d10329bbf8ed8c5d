"""What stands beside a product in lists and on its page."""

from shop.catalog.drafts import LimitsDraft
from shop.catalog.models import Brand, Guarantee, Product, Tag
from tests.conftest import body
from tests.shop.catalogue import product


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
    assert shown["brand_info"] == {"key": saved.brand.key, "name": "山月", "story": "山里的茶"}
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
