import csv
import json
from itertools import combinations

import pytest
from PIL import Image, ImageChops

from saas.demo.decoration import SIGNS, picture_of
from saas.demo.drawing import KINDS, draw
from saas.demo.drawing.colours import COLOURS
from saas.demo.shops import DATA, SHOPS


def table(demo):
    with (DATA / demo.folder / "pictures.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def products(demo):
    return [json.loads(line) for line in (DATA / demo.folder / "products.jsonl").read_text("utf-8").splitlines()]


def test_the_same_words_give_the_same_picture():
    one, other = (draw("teapot", "rust", "walnut", "oat").picture() for _ in range(2))
    assert one.size == (800, 800)
    assert ImageChops.difference(one, other).getbbox() is None


def test_every_kind_of_thing_looks_different():
    small = {kind: draw(kind, "sage", "clay", "cream").picture().resize((40, 40)) for kind in KINDS}
    equal = [(a, b) for a, b in combinations(small, 2) if ImageChops.difference(small[a], small[b]).getbbox() is None]
    assert (len(small), equal) == (39, [])


@pytest.mark.parametrize("demo", SHOPS, ids=lambda demo: demo.folder)
def test_every_product_has_its_pictures_and_no_two_are_alike(demo):
    rows = table(demo)
    assert {row["product_code"] for row in rows} == {product["code"] for product in products(demo)}
    looks = [(row["kind"], row["main"], row["accent"], row["wall"]) for row in rows]
    assert len(looks) == len(set(looks))
    assert all(kind in KINDS and {main, accent, wall} <= set(COLOURS) for kind, main, accent, wall in looks)


def test_an_unknown_word_is_an_error():
    with pytest.raises(KeyError):
        draw("rocket", "rust", "walnut", "oat")


def test_the_front_page_shows_its_drawings_whole_in_the_shape_of_their_place():
    shapes = {"BANNER": (800, 384), "ENTRY": (800, 800), "STRIP": (800, 216)}
    for sign in (sign for signs in SIGNS.values() for sign in signs):
        with Image.open(picture_of(sign)) as shown:
            assert shown.size == shapes[sign.place], sign.title
            height, left = shown.height, (shown.width - shown.height) // 2
            middle = shown.crop((left, 0, left + height, height))
        whole = draw(*sign.drawing).picture().resize((height, height))
        assert ImageChops.difference(middle, whole).getbbox() is None, sign.title
