"""A generated catalogue: products with Chinese titles, options, attributes and prices, the same for the same seed."""

import json
import random
from pathlib import Path

THINGS = [
    *("被", "毯", "枕", "床单", "毛巾"),
    *("浴巾", "拖鞋", "茶杯", "茶壶", "水壶"),
    *("砧板", "菜刀", "炒锅", "汤锅", "饭盒"),
    *("花瓶", "台灯", "书包", "雨伞", "牙刷"),
]
MATERIALS = [
    *("羊毛", "蚕丝", "纯棉", "亚麻", "竹纤维"),
    *("陶瓷", "玻璃", "不锈钢", "榉木", "橡胶木"),
    *("硅胶", "珊瑚绒", "鹅绒", "乳胶", "帆布"),
]
MANNERS = [
    *("加厚", "轻薄", "便携", "儿童", "成人"),
    *("日式", "北欧", "新中式", "简约", "复古"),
    *("可水洗", "防滑", "保温", "折叠", "静音"),
]
COLOURS = ["白色", "米色", "灰色", "蓝色", "粉色", "绿色", "黑色", "咖色"]
SIZES = ["小号", "中号", "大号", "加大"]
TOP = ["居家", "厨房", "洗护", "出行", "茶具"]


def product(number: int, chance: random.Random, *, skus: int) -> dict[str, object]:
    """Return one product with that many SKUs."""
    material, manner, thing = chance.choice(MATERIALS), chance.choice(MANNERS), chance.choice(THINGS)
    price = chance.randint(990, 99_900)
    return {
        "code": f"G{number:06}",
        "title": f"{manner}{material}{thing}{number}",
        "subtitle": f"{chance.choice(MANNERS)}，{chance.choice(MATERIALS)}触感",
        "category": f"{TOP[number % 5]}/{thing}",
        "brand": f"品牌{number % 40}",
        "price": f"{price / 100:.2f}",
        "attributes": [{"name": "材质", "value": material}, {"name": "产地", "value": chance.choice(COLOURS)}],
        "detail_html": "<p>" + "，".join(chance.choices(MANNERS + MATERIALS, k=60)) + "</p>",
        "skus": [
            {
                "code": f"G{number:06}-{step}",
                "options": {"颜色": COLOURS[step % 8], "尺码": SIZES[step // 8 % 4]} if skus > 1 else {},
                "price": f"{(price + step) / 100:.2f}",
                "stock": 1_000_000,
            }
            for step in range(skus)
        ],
    }


def write(path: Path, products: int, skus: int, seed: int = 20) -> None:
    """Write a products file for `import_catalogue`."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        for number in range(products):
            file.write(json.dumps(product(number, chance, skus=skus), ensure_ascii=False) + "\n")
