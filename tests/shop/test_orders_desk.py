"""What staff do to orders: addresses, flags, filters, orders for customers, several parcels, one parcel for several."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.catalog.models import Product
from shop.catalog.order_form import FormField, rows_of
from shop.core.models import AuditEntry
from shop.fulfilment import services, wechat_shipping
from shop.fulfilment.carriers import carrier_code
from shop.fulfilment.models import Package
from shop.members.models import Identity, Member
from shop.members.services import AddressDraft, bind_phone, member_with_phone
from shop.orders.models import Order, OrderEvent, SavedFilter
from shop.orders.services import StaffOrder, Wanted, change_delivery_address, mark_paid, place_for_customer
from tenants.errors import ShopError
from tenants.models import Due, OutboxEvent
from tests.factories import broken, make_member, make_order, make_sku
from tests.shop.admin_browser import browser_of, make_staff, owner

ELSEWHERE = AddressDraft("李四", "13900139000", "江苏省", "苏州市", "桂花巷 21 号", "姑苏区")


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def paid(*items, member=None):
    order = make_order(member, *items)
    mark_paid(order, order.total)
    order.refresh_from_db()
    return order


def page_of(order, action):
    return f"/admin/orders/order/{order.pk}/{action}/"


def test_the_address_changes_encrypted_logged_and_audited_without_its_text(browser):
    order = paid((make_sku(), 1))
    fields = {name: getattr(ELSEWHERE, name) for name in AddressDraft.__dataclass_fields__}
    assert browser.post(page_of(order, "address"), fields).status_code == 302
    order = Order.objects.get(pk=order.pk)
    assert (order.name, order.phone, order.detail) == ("李四", "13900139000", "桂花巷 21 号")
    assert (order.province, order.city, order.district, order.phone_last4) == ("江苏省", "苏州市", "姑苏区", "9000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(o)::text FROM orders_order o WHERE id = %s", [order.pk])
        [stored] = cursor.fetchone()
    assert not any(text in stored for text in ("李四", "13900139000", "桂花巷"))
    [entry] = AuditEntry.objects.all()
    assert (entry.action, sorted(entry.after["changed"])) == (
        "order.address",
        sorted(["收货人", "手机号", "省", "市", "区", "详细地址"]),
    )
    assert "李四" not in str(entry.after)
    assert [event.action for event in order.events.all()][-1] == "address_changed"
    assert broken() == {"I5": 1}  # the order was marked paid without a payment


def test_a_wrong_address_is_refused_at_its_field(browser):
    order = paid((make_sku(), 1))
    fields = {name: getattr(ELSEWHERE, name) for name in AddressDraft.__dataclass_fields__}
    answer = browser.post(page_of(order, "address"), fields | {"phone": "123"})
    assert answer.status_code == 200
    assert "请填写正确的手机号或座机号" in answer.content.decode()
    assert Order.objects.get(pk=order.pk).phone == "13800138000"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"province": "浙江省"}, "“苏州市”在江苏省，不在浙江省，请核对省和市"),
        ({"district": ""}, "请填写区、县"),
    ],
)
def test_a_region_that_is_none_is_refused_at_its_field(browser, typed, reason):
    order = paid((make_sku(), 1))
    fields = {name: getattr(ELSEWHERE, name) for name in AddressDraft.__dataclass_fields__}
    for page, form in ((page_of(order, "address"), fields), ("/admin/orders/order/new/", new_order())):
        answer = browser.post(page, form | typed)
        assert (answer.status_code, answer.content.decode().count(reason)) == (200, 1), page
    assert Order.objects.get().city == "杭州市"


def new_order():
    return customer_form({"code": make_sku().code, "quantity": "1"})


def test_after_the_first_parcel_the_address_stays(shop):
    order = paid((make_sku(), 2))
    services.ship(order, {order.lines.get().pk: 1}, carrier="sf", tracking_number="SF0000000001", actor="x")
    with pytest.raises(ShopError, match="already_shipped"):
        change_delivery_address(order, ELSEWHERE, actor="x")
    assert Order.objects.get(pk=order.pk).city == "杭州市"
    assert not OrderEvent.objects.filter(action="address_changed").exists()


def test_several_parcels_leave_in_one_go_or_not_at_all(browser):
    order = paid((make_sku(), 3), (make_sku(), 2))
    first, second = order.lines.all()
    page = page_of(order, "ship")
    form = {
        "parcels": "2",
        "carrier": "sf",
        "tracking_number": "SF0000000001",
        f"line_{first.pk}": "3",
        f"line_{second.pk}": "0",
        "carrier_2": "zto",
        "tracking_number_2": "12",
        f"line_{second.pk}_2": "2",
    }
    assert "运单号不正确" in browser.post(page, form).content.decode()
    assert not Package.objects.exists()
    assert browser.post(page, form | {"tracking_number_2": "ZT0000000002"}).status_code == 302
    rows = [(p.carrier, p.is_last, [line.quantity for line in p.lines.all()]) for p in Package.objects.order_by("pk")]
    assert rows == [("sf", False, [3]), ("zto", True, [2])]
    assert Order.objects.get(pk=order.pk).state == "SHIPPED"


def test_one_parcel_more_keeps_what_was_typed(browser):
    order = paid((make_sku(), 3))
    line = order.lines.get()
    typed = {"carrier": "yto", "tracking_number": "YT0000000001", f"line_{line.pk}": "1", "parcels": "1"}
    page = browser.post(page_of(order, "ship"), typed | {"more": "1"}).content.decode()
    assert re.search(r'name="tracking_number" value="YT0000000001"', page)
    assert re.search(r'<option value="yto" selected', page)
    assert re.search(rf'name="line_{line.pk}" value="1"', page)
    assert f'name="line_{line.pk}_2" value="0"' in page and 'name="parcels" value="2"' in page
    assert ("包裹 1" in page, "包裹 2" in page, "包裹 3" in page, "必填项" in page) == (True, True, False, False)
    ten = browser.post(page_of(order, "ship"), typed | {"more": "1", "parcels": "10"}).content.decode()
    assert 'name="parcels" value="10"' in ten and 'name="more"' not in ten
    assert not Package.objects.exists()


def test_who_packs_reads_where_it_goes_and_what_was_said(browser):
    order = paid((make_sku(), 1))
    Order.objects.filter(pk=order.pk).update(remark="请放门口", staff_remark="送一双筷子")
    page = browser.get(page_of(order, "ship")).content.decode()
    for text in ("王小明 13800138000 浙江省杭州市西湖区文三路 1 号", "请放门口", "送一双筷子"):
        assert text in page


def test_the_order_page_copies_the_receiver_only_for_who_may_read_them(shop, browser):
    order = paid((make_sku(), 1))
    copied = 'data-copy="王小明 13800138000 浙江省杭州市西湖区文三路 1 号"'
    page = browser.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert copied in page and 'href="tel:13800138000"' in page
    books = browser_of(shop, make_staff("books@example.com", "财务"))
    page = books.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert "*******8000" in page
    assert not any(text in page for text in ("data-copy", "tel:", "13800138000", "王小明", "文三路"))


def test_orders_of_one_buyer_and_address_share_a_parcel(browser):
    member, sku = make_member(), make_sku(stock=20)
    one, two, three = (paid((sku, 1), member=member) for _ in range(3))
    change_delivery_address(three, ELSEWHERE, actor="x")
    stranger = paid((sku, 1))
    page = browser.get(page_of(one, "together")).content.decode()
    assert two.number in page
    assert three.number not in page and stranger.number not in page
    form = {"others": [str(two.pk)], "carrier": "sf", "tracking_number": "SF0000000009"}
    assert browser.post(page_of(one, "together"), form).status_code == 302
    assert list(Package.objects.order_by("order_id").values_list("order_id", "tracking_number")) == [
        (one.pk, "SF0000000009"),
        (two.pk, "SF0000000009"),
    ]
    states = Order.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["SHIPPED", "SHIPPED", "TO_SHIP", "TO_SHIP"]
    assert OutboxEvent.objects.filter(topic="package.shipped").count() == 2


def test_orders_of_different_buyers_never_share_a_parcel(shop):
    one, other = paid((make_sku(), 1)), paid((make_sku(), 1))
    with pytest.raises(ShopError, match="not_together"):
        services.ship_together([one, other], carrier="sf", tracking_number="SF0000000009", actor="x")
    assert not Package.objects.exists()


def test_a_corrected_number_is_told_to_wechat_again(browser, monkeypatch):
    order = paid((make_sku(), 1))
    package = services.ship(order, None, carrier="sf", tracking_number="SF0000000001", actor="x")
    Package.objects.update(upload="DONE")
    form = {"package": package.key, "carrier": "deppon", "tracking_number": "DPK0000001"}
    assert browser.post(page_of(order, "tracking"), form).status_code == 302
    package.refresh_from_db()
    assert (package.carrier, package.tracking_number, package.corrections, package.upload) == (
        "deppon",
        "DPK0000001",
        1,
        "WAITING",
    )
    assert OutboxEvent.objects.filter(topic="package.corrected", ref=package.key).count() == 1
    assert order.events.filter(action="tracking_corrected", note="SF0000000001 → DPK0000001").count() == 1
    assert browser.post(page_of(order, "tracking"), form).status_code == 302
    assert OutboxEvent.objects.filter(topic="package.corrected").count() == 1


def test_an_upload_of_the_old_number_does_not_count_for_the_new_one(shop):
    order = paid((make_sku(), 1))
    package = services.ship(order, None, carrier="sf", tracking_number="SF0000000001", actor="x")
    services.correct_package(package, carrier="sf", tracking_number="SF0000000002", actor="x")
    wechat_shipping._end(package, Package.Upload.DONE)
    package.refresh_from_db()
    assert package.upload == "WAITING"


def test_a_completed_order_keeps_its_number(shop):
    order = paid((make_sku(), 1))
    package = services.ship(order, None, carrier="sf", tracking_number="SF0000000001", actor="x")
    services.receive(order, actor="x")
    with pytest.raises(ShopError, match="not_correctable"):
        services.correct_package(package, carrier="sf", tracking_number="SF0000000002", actor="x")
    package.refresh_from_db()
    assert (package.tracking_number, package.corrections) == ("SF0000000001", 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sf", "sf"),
        ("顺丰", "sf"),
        ("顺丰速运", "sf"),
        ("中通", "zto"),
        ("DBL", "deppon"),
        ("邮政", "ems"),
        ("鸽子", ""),
    ],
)
def test_carriers_are_known_by_code_and_name(text, code):
    assert carrier_code(text) == code


def staff_order(sku, **fields):
    return StaffOrder("13900139000", ELSEWHERE, [Wanted(sku.key, 2)], **fields)


def test_an_order_for_a_customer_makes_the_member_once_and_holds_stock(shop):
    sku, token = make_sku(stock=5, price=1000), uuid4()
    order = place_for_customer(staff_order(sku), token, actor="clerk")
    assert (order.state, order.channel, order.total) == ("UNPAID", "STAFF", 2000)
    assert (sku.stock_items.get().reserved, order.member.phone) == (2, "13900139000")
    with pytest.raises(ShopError, match="already_placed"):
        place_for_customer(staff_order(sku), token, actor="clerk")
    again = place_for_customer(staff_order(sku), uuid4(), actor="clerk")
    assert again.member_id == order.member_id
    assert Order.objects.count() == 2
    assert broken() == {}


def test_who_proves_the_phone_gets_the_orders_placed_for_it(shop):
    order = place_for_customer(staff_order(make_sku()), uuid4(), actor="clerk")
    shopper = make_member()
    assert bind_phone(shopper, "13900139000").pk == order.member_id
    assert Identity.objects.get(pk=shopper.identity.pk).member_id == order.member_id


def test_a_refused_order_for_a_customer_leaves_no_member_behind(shop):
    with pytest.raises(ShopError):
        place_for_customer(staff_order(make_sku(stock=1)), uuid4(), actor="clerk")
    assert not Member.objects.exists() and not Order.objects.exists()


def test_a_landline_is_no_way_to_know_a_member(shop):
    with pytest.raises(ShopError, match="phone_invalid"):
        member_with_phone("0571-85550101")
    assert not Member.objects.exists()


def listed(browser, query=""):
    page = browser.get(f"/admin/orders/order/?{query}")
    assert page.status_code == 200
    return set(re.findall(r"/admin/orders/order/(\d+)/change/", page.content.decode()))


def test_each_filter_narrows_the_list(browser):
    plain = make_order(None, (make_sku(title="羊毛被", price=100), 1))
    member = make_member()
    Member.objects.filter(pk=member.pk).update(nickname="独一无二")
    other = paid((make_sku(title="竹席", price=9900), 1), member=member)
    change_delivery_address(other, ELSEWHERE, actor="x")
    services.ship(other, None, carrier="jt", tracking_number="JT0000000001", actor="x")
    Order.objects.filter(pk=other.pk).update(flag="RED")
    today = timezone.localdate().isoformat()
    for query in (
        "state=SHIPPED",
        "least=99",
        "member=独一无二",
        f"member={member.key}",
        "product=竹席",
        f"product={other.lines.get().sku_code}",
        "flag=RED",
        "carrier=jt",
        "province=江苏",
        f"paid_from={today}&paid_to={today}",
        "upload=WAITING",
        "q=JT0000000001",
        "q=9000",
        "q=" + other.number[:14],
    ):
        assert listed(browser, query) == {str(other.pk)} or "q=" + other.number[:14] == query, query
    assert listed(browser, "most=2") == {str(plain.pk)}
    assert listed(browser, f"created_from={today}") == {str(plain.pk), str(other.pk)}
    assert listed(browser, "created_from=2999-01-01") == set()
    assert listed(browser, "least=abc&flag=PINK") == {str(plain.pk), str(other.pk)}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("field", ["created_from", "created_to", "paid_from", "paid_to"])
def test_a_day_at_the_end_of_the_calendar_narrows_nothing(browser, field, day):
    order = make_order()
    answer = browser.get(f"/admin/orders/order/?{field}={day}")
    assert answer.status_code == 200
    assert order.number in answer.content.decode()


def row_of(browser, order):
    page = browser.get(f"/admin/orders/order/?q={order.number}").content.decode()
    cells = re.findall(r'<t[dh][^>]*class="[^"]*field-(\w+)[^"]*"[^>]*>(.*?)</t[dh]>', page, re.S)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", text).split()) for name, text in cells}


def test_the_list_says_to_whom_and_what(shop, browser):
    bowl = make_sku(title="青瓷饭碗")
    order = paid((bowl, 2), (make_sku(title="竹席"), 1))
    row = row_of(browser, order)
    assert (row["receiver"], row["goods"], row["buyer"]) == (
        "王小明 尾号 8000",
        "青瓷饭碗 等 2 种，共 3 件",
        "小明",
    )
    Member.objects.update(nickname="")
    assert row_of(browser, order)["buyer"] == "未填昵称"
    assert row_of(browser, make_order(None, (bowl, 3)))["goods"] == "青瓷饭碗 共 3 件"
    books = browser_of(shop, make_staff("books@example.com", "财务"))
    assert row_of(books, order)["receiver"] == "王** 尾号 8000"


def test_tabs_count_what_waits(browser):
    make_order()
    paid((make_sku(), 1))
    page = browser.get("/admin/orders/order/").content.decode()
    tabs = re.search(r'<nav class="weipu-tabs".*?</nav>', page, re.S).group(0)
    assert re.findall(r">([^<>]+?) <b>(\d+)</b>", tabs) == [("待付款", "1"), ("待发货", "1"), ("待收货", "0")]


def test_filters_are_kept_for_oneself_only(shop, browser):
    query = "carrier=sf&bogus=1&state=TO_SHIP&p=3"
    answer = browser.post("/admin/orders/order/filters/", {"name": "顺丰待发", "query": query})
    assert answer["Location"] == "/admin/orders/order/?carrier=sf&state=TO_SHIP"
    [kept] = SavedFilter.objects.all()
    assert (kept.user, kept.name, kept.query) == (owner(), "顺丰待发", "carrier=sf&state=TO_SHIP")
    assert "顺丰待发" in browser.get("/admin/orders/order/").content.decode()
    colleague = browser_of(shop, make_staff("li@example.com", "客服"))
    assert "顺丰待发" not in colleague.get("/admin/orders/order/").content.decode()
    colleague.post("/admin/orders/order/filters/", {"remove": str(kept.pk)})
    assert SavedFilter.objects.count() == 1
    browser.post("/admin/orders/order/filters/", {"remove": str(kept.pk)})
    assert not SavedFilter.objects.exists()


def test_no_more_than_twenty_filters_are_kept(browser):
    for index in range(21):
        browser.post("/admin/orders/order/filters/", {"name": f"筛选{index}", "query": "flag=RED"})
    assert SavedFilter.objects.count() == 20


def test_flags_are_set_on_several_orders_and_audited(browser):
    orders = [make_order(), make_order()]
    data = {"action": "flag_red", "_selected_action": [str(order.pk) for order in orders]}
    assert browser.post("/admin/orders/order/", data).status_code == 302
    assert set(Order.objects.values_list("flag", flat=True)) == {"RED"}
    [entry] = AuditEntry.objects.filter(action="order.flag")
    assert sorted(entry.after["orders"]) == sorted(order.number for order in orders)


def test_other_shops_orders_are_not_there(shop, other_shop, browser):
    order = paid((make_sku(), 1))
    from shop.core.models import User
    from tenants.context import using_shop

    with using_shop(other_shop):
        stranger = browser_of(other_shop, User.objects.get(is_owner=True))
    for action in ("address", "together", "tracking", "ship"):
        assert stranger.get(page_of(order, action)).status_code == 404


def test_the_home_page_is_drawn_with_few_queries(browser):
    paid((make_sku(price=12300), 1))
    browser.get("/admin/")
    with CaptureQueriesContext(connection) as queries:
        page = browser.get("/admin/").content.decode()
    asked = [query["sql"][:100] for query in queries if "tenants_registry" not in query["sql"]]  # asked once a second
    assert len(asked) <= 12, asked
    assert page.count("<rect ") == 30
    assert "共 ¥123.00，1 笔订单" in page
    assert re.search(r"<strong>¥123.00</strong><span>今日收款</span><small>昨日 ¥0.00</small>", page)


def test_home_shows_only_what_the_role_may_see(shop):
    paid((make_sku(), 1))
    page = browser_of(shop, make_staff("nobody@example.com")).get("/admin/").content.decode()
    assert "待发货" not in page and "今日收款" not in page and "<rect" not in page


def customer_form(*goods, token=None, **fields):
    rows = {f"goods-{index}-{name}": value for index, row in enumerate(goods) for name, value in row.items()}
    address = {name: getattr(ELSEWHERE, name) for name in AddressDraft.__dataclass_fields__}
    counts = {"goods-TOTAL_FORMS": str(len(goods)), "goods-INITIAL_FORMS": "0"}
    return counts | rows | address | {"buyer": "13700137000", "token": str(token or uuid4())} | fields


def test_staff_order_for_a_customer_once_per_form(browser):
    sku = make_sku(price=1500, stock=5)
    form = customer_form({"code": sku.code, "quantity": "2"}, {"code": "", "quantity": ""}, remark="电话下单", phone="")
    answer = browser.post("/admin/orders/order/new/", form)
    order = Order.objects.get()
    assert answer["Location"] == f"/admin/orders/order/{order.pk}/change/"
    assert (order.total, order.channel, order.member.phone, order.phone) == (
        3000,
        "STAFF",
        "13700137000",
        "13700137000",
    )
    assert order.remark == "电话下单"
    assert [entry.action for entry in AuditEntry.objects.all()] == ["order.create"]
    assert "已经创建过了" in browser.post("/admin/orders/order/new/", form).content.decode()
    assert (Order.objects.count(), sku.stock_items.get().reserved) == (1, 2)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"goods-0-code": "NOPE"}, "没有找到可售的 SKU：NOPE"),
        ({"goods-0-quantity": "9"}, "库存不足"),
        ({"goods-0-code": ""}, "请先选择商品"),
        ({"buyer": "12"}, "请填写正确的手机号"),
        ({"phone": "12"}, "请填写正确的手机号或座机号"),
    ],
)
def test_an_order_for_a_customer_says_what_is_wrong_and_keeps_nothing(browser, change, text):
    sku = make_sku(stock=5)
    answer = browser.post("/admin/orders/order/new/", customer_form({"code": sku.code, "quantity": "1"}) | change)
    assert answer.status_code == 200
    assert text in answer.content.decode()
    assert (Order.objects.count(), Member.objects.count(), sku.stock_items.get().reserved) == (0, 0, 0)


@pytest.mark.parametrize(
    ("product", "text"),
    [
        ({"most_per_order": 2}, "每单最多买 2 件"),
        ({"least_per_order": 4}, "至少买 4 件"),
        ({"most_per_member": 2}, "每人限购 2 件"),
        ({"order_form": rows_of([FormField(label="刻字")])}, "请填写“刻字”"),
    ],
)
def test_an_order_for_a_customer_says_what_its_product_forbids(browser, product, text):
    sku = make_sku(stock=9)
    Product.objects.filter(pk=sku.product_id).update(**product)
    answer = browser.post("/admin/orders/order/new/", customer_form({"code": sku.code, "quantity": "3"}))
    assert (answer.status_code, Order.objects.count()) == (200, 0)
    assert text in answer.content.decode()


def test_skus_are_found_by_title_and_only_for_those_who_order(shop, browser):
    sku = make_sku(title="羊毛被")
    assert browser.get("/admin/orders/order/skus/?q=羊毛").json() == {
        "skus": [{"code": sku.code, "label": "羊毛被 标准 ¥10.00"}]
    }
    assert browser.get("/admin/orders/order/skus/?q=").json() == {"skus": []}
    for role, status in (("客服", 200), ("仓库", 403), ("财务", 403)):
        colleague = browser_of(shop, make_staff(f"{role}@example.com", role))
        assert colleague.get("/admin/orders/order/skus/?q=x").status_code == status
        assert colleague.get("/admin/orders/order/new/").status_code == status


def test_the_audit_log_names_what_staff_did(browser):
    order = paid((make_sku(), 1))
    fields = {name: getattr(ELSEWHERE, name) for name in AddressDraft.__dataclass_fields__}
    browser.post(page_of(order, "address"), fields)
    browser.post(page_of(order, "ship"), {"carrier": "sf", "tracking_number": "SF0000000001"} | units(order))
    browser.get(f"/admin/orders/order/print/?kind=notes&ids={order.pk}")
    page = browser.get("/admin/core/auditentry/").content.decode()
    for text in ("改收货地址", "发货", "打印单据"):
        assert text in page
    assert not re.search(r">\s*(order\.\w+|with_contact|packages|changed)\b", page)


def units(order):
    return {f"line_{line.pk}": str(line.quantity) for line in order.lines.all()}


def test_work_that_keeps_failing_is_told_to_who_watches_the_money(shop, other_shop, browser):
    def failing(owner, kind, ref, failures):
        Due.objects.create(shop=owner.uuid, kind=kind, ref=ref, failures=failures, error="secret text")

    failing(shop, "payments.refund", "77", 5)
    failing(shop, "event:shop.fulfilment.wechat_shipping.on_package_shipped", "some-event", 3)
    failing(shop, "payments.query", "88", 2)
    failing(other_shop, "payments.settle", "99", 9)
    home = browser.get("/admin/").content.decode()
    assert re.search(r'href="/admin/failures/"><strong>2</strong><span>处理失败', home)
    page = browser.get("/admin/failures/").content.decode()
    assert "提交退款" in page and "77" in page and "上传微信发货信息" in page
    assert "处理支付通知" not in page and "secret text" not in page and "some-event" not in page
    clerk = browser_of(shop, make_staff("li@example.com", "客服"))
    assert "处理失败" not in clerk.get("/admin/").content.decode()
    assert clerk.get("/admin/failures/").status_code == 403
