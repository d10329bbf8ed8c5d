"""Cards, codes, terms and order forms in the back office."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from payments.models import Refund
from payments.services.settling import settle
from shop.catalog.models import Product
from shop.catalog.order_form import FormField, form_of
from shop.catalog.services.order_forms import save_order_form
from shop.core.models import AuditEntry
from shop.core.sheets import write_csv, write_xlsx
from shop.inventory.models import StockItem
from shop.virtual.models import CardSecret, Redemption, ServiceCode, ServiceTerms
from tests.factories import broken, make_member, make_order, make_sku
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.selling import hear_paid, make_card, make_service, paid

IMPORT = "/admin/virtual/cardsecret/import/"
REDEEM = "/admin/virtual/servicecode/redeem/"


@pytest.fixture
def boss(shop):
    return browser_of(shop, owner())


def page_of(secret):
    return f"/admin/virtual/cardsecret/{secret.pk}/change/"


def test_pasted_secrets_become_stock(boss):
    sku = make_card(stock=0)
    answer = boss.post(IMPORT, {"sku": sku.pk, "text": " A1  pw1 \r\n\r\nA2 pw2\r\n", "ref": "batch-1"}, follow=True)
    assert "已导入 2 条卡密" in answer.content.decode()
    assert sorted(row.secret for row in CardSecret.objects.all()) == ["A1 pw1", "A2 pw2"]
    assert StockItem.objects.get(sku=sku).on_hand == 2
    entry = AuditEntry.objects.get(action="cards.import")
    assert "pw1" not in str(entry.after)
    assert entry.after["count"] == 2
    assert broken() == {}


@pytest.mark.parametrize(("write", "name"), [(write_xlsx, "cards.xlsx"), (write_csv, "cards.csv")])
def test_a_file_of_secrets_is_imported(boss, write, name):
    sku = make_card(stock=0)
    content = write(("卡号", "卡密", "备注"), [("N1", "=P1", "x"), ("", "P2", ""), ("N3", "003", "")])
    file = SimpleUploadedFile(name, content)
    answer = boss.post(IMPORT, {"sku": sku.pk, "text": "", "file": file, "ref": "b"}, follow=True)
    assert "已导入 3 条卡密" in answer.content.decode()
    assert sorted(row.secret for row in CardSecret.objects.all()) == ["N1 =P1", "N3 003", "P2"]


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"text": ""}, "二选一"),
        ({"text": "ok\n\nok"}, "第 3 行"),
        ({"text": "fine\nA-KNOWN-ONE"}, "第 2 行"),
        ({"text": "x" * 201}, "第 1 行"),
        ({"file": SimpleUploadedFile("a.csv", "名称\nx\n".encode())}, "卡密"),
        ({"file": SimpleUploadedFile("a.xlsx", b"PK nonsense")}, "文件"),
    ],
)
def test_what_cannot_be_imported_is_said_by_line_and_nothing_is(boss, values, word):
    from shop.virtual.services import import_secrets

    sku = make_card(stock=0)
    import_secrets(make_card(stock=0), ["A-KNOWN-ONE"], ref="x", actor="x")
    answer = boss.post(IMPORT, {"sku": sku.pk, "ref": "b", "text": "", **values})
    assert answer.status_code == 200
    assert word in answer.content.decode()
    assert not CardSecret.objects.filter(sku=sku).exists()


def test_without_a_card_product_the_page_says_what_to_do(boss):
    assert "先新建一个商品" in boss.get(IMPORT).content.decode()
    assert "还没有卡密" in boss.get("/admin/virtual/cardsecret/").content.decode()


def test_nobody_reads_a_whole_secret_and_a_whole_one_finds_it(boss):
    sku = make_card(stock=0)
    from shop.virtual.services import import_secrets

    import_secrets(sku, ["SESAME-OPEN-7788", "OTHER-9900"], ref="b", actor="x")
    for address in ("/admin/virtual/cardsecret/", page_of(CardSecret.objects.first())):
        text = boss.get(address).content.decode()
        assert "SESAME" not in text
        assert "7788" in text
    found = boss.get("/admin/virtual/cardsecret/?q=SESAME-OPEN-7788").content.decode()
    assert "7788" in found
    assert "9900" not in found


def test_a_free_secret_is_voided_with_a_reason(boss, shop):
    sku = make_card(stock=2)
    secret = CardSecret.objects.first()
    assert boss.post(page_of(secret), {"reason": ""}).status_code == 200
    assert boss.post(page_of(secret), {"reason": "印错了"}).status_code == 302
    secret.refresh_from_db()
    assert (secret.state, StockItem.objects.get(sku=sku).on_hand) == ("VOID", 1)
    assert AuditEntry.objects.get(action="card.void").after["reason"] == "印错了"
    clerk = browser_of(shop, make_staff("k@example.com", "客服"))
    assert clerk.post(page_of(CardSecret.objects.get(state="FREE")), {"reason": "x"}).status_code == 403


def test_a_sold_secret_is_refunded_only_with_the_tick(boss, money, shop):  # noqa: F811
    order = make_order(make_member(), (make_card(stock=2), 1))
    settle(money.receipt(money.pay(order)))
    hear_paid(order)
    secret = CardSecret.objects.get(state="SOLD")
    refused = boss.post(page_of(secret), {"reason": "卡号无效"})
    assert "卡密已经发出" in refused.content.decode()
    assert not Refund.objects.exists()
    planner = browser_of(shop, make_staff("p@example.com", "运营"))
    assert planner.post(page_of(secret), {"reason": "x", "force": "on"}).status_code == 403
    assert boss.post(page_of(secret), {"reason": "卡号无效", "force": "on"}).status_code == 302
    assert Refund.objects.get().amount == order.total
    text = boss.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert "虚拟商品退款" in text
    assert "卡密商品" in text
    assert broken() == {}


@pytest.fixture
def code(shop):
    order = paid((make_service(), 3))
    hear_paid(order)
    return ServiceCode.objects.get()


def test_staff_find_a_code_and_use_units_of_it(shop, code):
    clerk = browser_of(shop, make_staff("c@example.com", "客服"))
    shown = clerk.post(REDEEM, {"code": code.code}).content.decode()
    assert code.order_line.title in shown
    ref = re.search(r'name="ref" value="([^"]+)"', shown)[1]
    done = clerk.post(REDEEM, {"code": code.code, "units": "2", "ref": ref}, follow=True).content.decode()
    assert "核销成功" in done
    assert "还剩 1 份" in done
    again = clerk.post(REDEEM, {"code": code.code, "units": "2", "ref": ref}, follow=True).content.decode()
    assert "已经记过了" in again
    code.refresh_from_db()
    assert (code.used, Redemption.objects.count()) == (2, 1)
    more = clerk.post(REDEEM, {"code": code.code, "units": "2", "ref": "other"}).content.decode()
    assert "还剩 1 份" in more
    assert AuditEntry.objects.get(action="code.redeem").after == {"units": 2}
    assert code.code not in str(list(AuditEntry.objects.values()))


def test_a_wrong_code_is_said_at_its_field(boss):
    assert "没有这个核销码" in boss.post(REDEEM, {"code": "123456789012"}).content.decode()


def test_a_code_that_is_over_offers_nothing_to_redeem(boss, code):
    ServiceCode.objects.update(expires_at=timezone.now() - timedelta(days=1))
    answer = boss.post(REDEEM, {"code": code.code, "units": "1", "ref": "x"})
    assert "已经过期" in answer.content.decode()
    assert not Redemption.objects.exists()


def test_who_may_not_redeem_cannot(shop, code):
    money_person = browser_of(shop, make_staff("f@example.com", "财务"))
    assert money_person.post(REDEEM, {"code": code.code}).status_code == 403
    assert browser_of(shop, None).get(REDEEM).status_code == 302


def test_unused_units_are_refunded_on_the_codes_page(boss, money):  # noqa: F811
    order = make_order(make_member(), (make_service(), 3))
    settle(money.receipt(money.pay(order)))
    hear_paid(order)
    found = ServiceCode.objects.get()
    page = f"/admin/virtual/servicecode/{found.pk}/change/"
    assert "没有这么多" in boss.post(page, {"units": "4", "reason": "x"}).content.decode()
    assert boss.post(page, {"units": "2", "reason": "改期"}).status_code == 302
    found.refresh_from_db()
    assert (found.refunded, Refund.objects.get().amount) == (2, 2000)
    assert found.code not in boss.get(page).content.decode()
    assert broken() == {}


def test_terms_are_for_service_products(boss):
    service, goods = make_service().product, make_sku().product
    page = boss.get("/admin/virtual/serviceterms/add/").content.decode()
    assert service.title in page
    assert goods.title not in page
    add = "/admin/virtual/serviceterms/add/"
    assert boss.post(add, {"product": service.pk, "valid_days": "0", "refund_rule": "NEVER"}).status_code == 200
    assert not ServiceTerms.objects.exists()
    assert boss.post(add, {"product": service.pk, "valid_days": "30", "refund_rule": "ALWAYS"}).status_code == 302
    terms = ServiceTerms.objects.get()
    assert (terms.product, terms.valid_days, terms.refund_rule) == (service, 30, "ALWAYS")
    change = f"/admin/virtual/serviceterms/{terms.pk}/change/"
    assert boss.post(change, {"valid_days": "", "refund_rule": "NEVER"}).status_code == 302
    terms.refresh_from_db()
    assert (terms.valid_days, terms.refund_rule) == (None, "NEVER")


def rows(*questions, before="[]"):
    data = {"fields-TOTAL_FORMS": len(questions), "fields-INITIAL_FORMS": 0, "before": before}
    for index, question in enumerate(questions):
        data |= {f"fields-{index}-{name}": value for name, value in {"kind": "TEXT", **question}.items()}
    return data


def form_page(product):
    return f"/admin/catalog/orderform/{product.pk}/change/"


def test_a_form_is_written_row_by_row(boss):
    product = make_sku().product
    data = rows(
        {"label": "包装", "kind": "CHOICE", "choices": "礼盒\r\n简装\r\n", "position": 2},
        {"label": "刻字", "longest": 8, "required": "on", "position": 1},
        {"label": "  "},
    )
    assert boss.post(form_page(product), data).status_code == 302
    product.refresh_from_db()
    first, second = form_of(product)
    assert (first.label, first.most, first.required) == ("刻字", 8, True)
    assert (second.label, second.choices, second.required) == ("包装", ("礼盒", "简装"), False)
    assert AuditEntry.objects.get(action="order_form").after["order_form"] == ["刻字", "包装"]
    assert "刻字、包装" in boss.get("/admin/catalog/orderform/").content.decode()


def test_a_mistake_in_a_form_is_shown_at_its_row_with_everything_typed(boss):
    product = make_sku().product
    answer = boss.post(
        form_page(product), rows({"label": "刻字"}, {"label": "颜色", "kind": "CHOICE", "choices": "红"})
    )
    text = answer.content.decode()
    assert "请填写 2 到 50 个选项" in text
    assert "刻字" in text
    product.refresh_from_db()
    assert product.order_form == []


def test_an_old_page_does_not_overwrite_a_newer_form(boss):
    product = make_sku().product
    save_order_form(product, [FormField(label="别人的")], before=[])
    for before in ("[]", "nonsense", "{}"):
        text = boss.post(form_page(product), rows({"label": "我的"}, before=before)).content.decode()
        assert "已被别人修改" in text
    assert [field.label for field in form_of(Product.objects.get(pk=product.pk))] == ["别人的"]


def test_who_may_not_change_products_may_not_change_forms(shop):
    product = make_sku().product
    clerk = browser_of(shop, make_staff("c@example.com", "客服"))
    assert clerk.get(form_page(product)).status_code == 200
    assert clerk.post(form_page(product), rows({"label": "x"})).status_code == 403


def test_answers_are_on_the_order_page_personal_ones_for_those_who_need_them(shop):
    from shop.orders.services import OrderRequest, Wanted, place_order
    from tests.factories import make_address

    sku, member = make_sku(), make_member()
    save_order_form(
        sku.product, [FormField(key="w", label="刻字"), FormField(key="i", label="联系电话", kind="PHONE")], before=[]
    )
    forms = {sku.key: {"w": "永结同心", "i": "13912345678"}}
    request = OrderRequest(items=[Wanted(sku.key, 1)], address=make_address(member).key, forms=forms)
    order = place_order(member, request)
    for role, sees in (("客服", True), ("财务", False)):
        text = (
            browser_of(shop, make_staff(f"{role}@example.com", role))
            .get(f"/admin/orders/order/{order.pk}/change/")
            .content.decode()
        )
        assert "永结同心" in text
        assert ("13912345678" in text) == sees
