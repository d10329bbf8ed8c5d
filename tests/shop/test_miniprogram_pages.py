import json
from pathlib import Path

from shop.core import miniprogram

APP = Path(__file__).parents[2] / "miniprogram_template/app"


def test_every_page_that_is_named_is_in_the_app():
    app = json.loads((APP / "app.json").read_text("utf-8"))
    parts = [f"{part['root']}/{page}" for part in app["subPackages"] for page in part["pages"]]
    assert set(miniprogram.PAGES) <= {*app["pages"], *parts}
    named = {value for name, value in vars(miniprogram).items() if name.isupper() and isinstance(value, str)}
    assert named == set(miniprogram.PAGES)


def test_an_order_is_opened_by_its_number():
    assert miniprogram.order_page("20261122AB") == "packages/order/detail/detail?number=20261122AB"
