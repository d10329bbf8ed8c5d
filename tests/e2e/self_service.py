"""A tea shop whose shoppers have orders in every state, for walks through one's own things."""

import json

from PIL import Image

from tests.e2e.catalogue import row, sku

CODES = ("SY1A-0001", "SY1A-0002", "SY1A-0003")
SNACKS = 24  # more than a page of footprints has
TOWEL = row("E", "停产茶巾", "茶具", [sku("E-1", "单条", "12.00", 200)])
TRAY = row("G", "绝版茶盘", "茶具", [sku("G-1", "单个", "260.00", 200)])
CAKE = row("N", "陈年茶饼", "茶叶", [sku("N-1", "一饼", "88.00", 200)])
DEARER_CAKE = row("N", "陈年茶饼", "茶叶", [sku("N-1", "一饼", "95.00", 200)])
GOODS = [
    row("C", "白瓷盖碗", "茶具", [sku("C-1", "单只", "66.00", 200)]),
    row("D", "竹茶则", "茶具", [sku("D-1", "单支", "25.00", 200)]),
    TOWEL,
    TRAY,
    CAKE,
    row("J", "朱泥小壶", "茶具", [sku("J-1", "单只", "380.00", 3)]),
    row("L", "刻字锡罐", "茶具", [sku("L-1", "小号", "128.00", 200)]),
    row("K", "茶友月卡", "茶券", [sku("K-1", "电子卡", "50.00", 0)], kind="CARD"),
    row("S", "茶艺体验课", "茶券", [sku("S-1", "一课时", "90.00", 50)], kind="SERVICE"),
    *(row(f"M{n:02}", f"小茶点 {n:02}", "茶点", [sku(f"M{n:02}-1", "一盒", "9.90", 50)]) for n in range(SNACKS)),
]
FURNISH = """
import json
from saas.demo.orders import Story, tell
from shop.aftersale.services import apply, reject
from shop.catalog.models import SKU, Product
from shop.catalog.order_form import FormField
from shop.catalog.services.order_forms import save_order_form
from shop.core.models import ShopSettings
from shop.orders.models import Order
from shop.reviews.models import ReviewSettings
from shop.virtual.services import import_secrets, save_terms
from tenants import registry
from tenants.context import using_shop

S = Order.State
PLACE = ("浙江省", "杭州市", "西湖区", "茶园路 6 号")
FIELDS = [
    FormField(label="刻什么字", key="words", most=4, hint="最多四个字"),
    FormField(label="几位客人", key="guests", kind="NUMBER", required=False, least=1, most=20),
    FormField(label="哪天要用", key="day", kind="DATE"),
    FormField(label="字体", key="font", kind="CHOICE", choices=("楷书", "隶书")),
    FormField(label="联系手机", key="phone", kind="PHONE"),
    FormField(label="身份证号", key="id", kind="ID_NUMBER", required=False),
]
def story(shopper, remark, goal, *units, parcel=""):
    return Story(shopper, shopper[5:], "13500020" + str(100 + len(shopper)), PLACE, units, remark, goal, parcel)

STORIES = [
    story("self-wan", "wan-done", S.COMPLETED, ("C-1", 2), ("E-1", 1), parcel="YT8800020001"),
    story("self-wan", "wan-gone", S.COMPLETED, ("E-1", 1), parcel="YT8800020004"),
    story("self-wan", "wan-sent", S.SHIPPED, ("D-1", 1), parcel="YT8800020002"),
    story("self-wan", "wan-paid", S.TO_SHIP, ("C-1", 1)),
    story("self-wan", "wan-open", S.UNPAID, ("C-1", 3)),
    story("self-yue", "yue-cards", S.SHIPPED, ("K-1", 2), ("S-1", 1)),
    story("self-qing", "qing-done", S.COMPLETED, ("C-1", 1), ("D-1", 2), parcel="YT8800020003"),
    story("self-lan", "lan-paid", S.TO_SHIP, ("C-1", 2), ("D-1", 1)),
    story("self-lan", "lan-refused", S.TO_SHIP, ("D-1", 2)),
    story("self-hao", "hao-open", S.UNPAID, ("D-1", 1)),
]
with using_shop(registry.by_slug("self")):
    ShopSettings.objects.update(service_phone="0571-88880000")
    ReviewSettings.objects.update(invite_template="TMPL-REVIEW")
    import_secrets(SKU.objects.get(code="K-1"), SECRETS, ref="self", actor="test")
    save_terms(Product.objects.get(code="S"), valid_days=90, refund_rule="ALWAYS")
    save_order_form(Product.objects.get(code="L"), FIELDS, before=[])
    tell(STORIES)
    refused = Order.objects.get(remark="lan-refused")
    reject(apply(refused.member, refused, {1: 1}, reason="WRONG"), answer="已经在打包了", actor="test")
    print(json.dumps({
        "products": dict(Product.objects.values_list("code", "key")),
        "skus": dict(SKU.objects.values_list("code", "key")),
        "orders": dict(Order.objects.values_list("remark", "number")),
        "trades": dict(Order.objects.values_list("remark", "attempts__out_trade_no")),
    }))
"""


def import_goods(product, folder, goods, *options):
    """Bring the rows into the shop as a file of the merchant's."""
    file = folder / "products.jsonl"
    file.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in goods), "utf-8")
    product.manage("import_catalogue", "self", file, "--json", *options)


def take_off_shelf(product, folder, goods):
    import_goods(product, folder, [{**goods, "on_sale": False}], "--update")


def furnish(product, folder):
    """Open the shop; return where it is, the keys of `products` and `skus` by code, `orders` and `trades` by remark."""
    made = product.create_shop("self")
    import_goods(product, folder, GOODS)
    script = f"SECRETS = {CODES!r}\n{FURNISH}"
    done = product.manage("shell", "-v", "0", "-c", script, check=False)
    assert done.returncode == 0, done.stderr
    return {**made, **json.loads(done.stdout.splitlines()[-1])}


def paint_picture(folder, name, colour):
    """A picture on the shopper's phone."""
    path = folder / name
    Image.new("RGB", (600, 400), colour).save(path)
    return path


def add_picture(phone, path, button="添加图片"):
    """Choose a picture as the phone's own dialogue does."""
    with phone.page.expect_file_chooser() as choosing:
        phone.tap(button)
    choosing.value.set_files(path)
