"""Who may do what in the back office: everything that is not listed here is refused."""

import pytest
from django.contrib.auth.models import Group, Permission

from saas.admin_site import site
from shop.catalog.models import Brand, Product
from shop.core.models import AuditEntry, User
from shop.core.roles import ROLES
from shop.orders.models import Order
from tests.factories import make_order, make_sku
from tests.shop.admin_browser import browser_of, make_staff

VERBS = {"v": "view", "a": "add", "c": "change", "d": "delete"}
# model -> role -> verbs (v list and page, a add, c change, d delete). A role that is missing may nothing.
TABLE = {
    "catalog.product": {"店主": "vac", "运营": "vac", "客服": "v", "仓库": "v"},
    "catalog.category": {"店主": "vacd", "运营": "vacd"},
    "catalog.brand": {"店主": "vacd", "运营": "vacd"},
    "catalog.tag": {"店主": "vacd", "运营": "vacd"},
    "catalog.guarantee": {"店主": "vacd", "运营": "vacd"},
    "catalog.spectemplate": {"店主": "vacd", "运营": "vacd"},
    "catalog.attributetemplate": {"店主": "vacd", "运营": "vacd"},
    "agreements.agreement": {"店主": "vc", "运营": "vc"},
    "decoration.homeitem": {"店主": "vacd", "运营": "vacd"},
    "reviews.review": {"店主": "v", "运营": "v", "客服": "v"},
    "search.searchcount": {"店主": "v", "运营": "v"},
    "search.synonymgroup": {"店主": "vacd", "运营": "vacd"},
    "search.hotword": {"店主": "vacd", "运营": "vacd"},
    "search.dictionaryword": {"店主": "vacd", "运营": "vacd"},
    "library.asset": {"店主": "vcd", "运营": "vcd"},
    "reviews.reviewsettings": {"店主": "vc", "运营": "vc"},
    "catalog.orderform": {"店主": "vc", "运营": "vc", "客服": "v", "仓库": "v"},
    "virtual.cardsecret": {"店主": "v", "运营": "v", "客服": "v", "财务": "v"},
    "virtual.serviceterms": {"店主": "vac", "运营": "vac"},
    "virtual.servicecode": {"店主": "v", "运营": "v", "客服": "v", "仓库": "v", "财务": "v"},
    "orders.order": {"店主": "v", "运营": "v", "客服": "v", "仓库": "v", "财务": "v"},
    "aftersale.aftersale": {"店主": "v", "运营": "v", "客服": "v", "仓库": "v", "财务": "v"},
    "members.member": {"店主": "vc", "运营": "vc", "客服": "v"},
    "members.level": {"店主": "vacd", "运营": "vacd"},
    "ledgers.ledgerentry": {"店主": "v", "运营": "v", "客服": "v"},
    "inventory.stockitem": {"店主": "v", "运营": "v", "仓库": "v"},
    "inventory.stockmove": {"店主": "v", "运营": "v", "仓库": "v"},
    "inventory.countsheet": {"店主": "vac", "仓库": "vac"},
    "inventory.reservation": {"店主": "v", "仓库": "v"},
    "payments.payment": {"店主": "v", "财务": "v"},
    "payments.refund": {"店主": "v", "财务": "v"},
    "payments.account": {"店主": "vac", "财务": "vac"},
    "core.shopsettings": {"店主": "vc", "运营": "vc"},
    "pricing.freightrule": {"店主": "vc", "运营": "vc"},
    "members.wechatapp": {"店主": "vac"},
    "core.user": {"店主": "vac"},
    "core.auditentry": {"店主": "v"},
    "full_reduction.fullreductionactivity": {"店主": "vacd", "运营": "vacd"},
    "ladder_price.ladderpriceactivity": {"店主": "vacd", "运营": "vacd"},
    "coupons.coupontemplate": {"店主": "vacd", "运营": "vacd", "客服": "v"},
    "add_on.addonactivity": {"店主": "vacd", "运营": "vacd"},
    "bundle.bundleactivity": {"店主": "vacd", "运营": "vacd"},
    "bargain.bargainactivity": {"店主": "vacd", "运营": "vacd"},
    "bargain.bargain": {"店主": "v", "运营": "v", "客服": "v"},
    "group_buy.groupbuyactivity": {"店主": "vacd", "运营": "vacd"},
    "group_buy.group": {"店主": "v", "运营": "v", "客服": "v"},
    "limited_discount.limiteddiscount": {"店主": "vacd", "运营": "vacd"},
    "flash_sale.flashsale": {"店主": "vacd", "运营": "vacd"},
    "flash_sale.remindersettings": {"店主": "vac", "运营": "vac"},
    "jobs.job": {"店主": "v", "运营": "v", "客服": "v", "仓库": "v", "财务": "v"},
}
# action of an order -> who may press it
ORDER_ACTIONS = {
    "ship": {"店主", "仓库"},
    "address": {"店主", "客服"},
    "reprice": {"店主", "运营"},
    "cancel": {"店主", "客服"},
    "refund": {"店主", "财务"},
    "remark": {"店主", "客服"},
}
# action of a list -> who may choose it
LIST_ACTIONS = {
    ("catalog.product", "put_on_shelf"): {"店主", "运营"},
    ("catalog.product", "take_off_shelf"): {"店主", "运营"},
    ("catalog.product", "archive"): {"店主", "运营"},
    ("orders.order", "export_rows"): {"店主", "运营", "客服", "仓库", "财务"},
    ("orders.order", "export_csv"): {"店主", "运营", "客服", "仓库", "财务"},
    ("members.member", "export_rows"): {"店主", "运营", "客服"},
    ("members.member", "export_csv"): {"店主", "运营", "客服"},
    ("inventory.stockitem", "export_rows"): {"店主", "运营", "仓库"},
    ("inventory.stockitem", "export_csv"): {"店主", "运营", "仓库"},
    ("catalog.product", "batch_edit"): {"店主", "运营"},
    ("catalog.product", "export_xlsx"): {"店主", "运营", "客服", "仓库"},
    ("catalog.product", "export_csv"): {"店主", "运营", "客服", "仓库"},
    ("catalog.product", "export_jsonl"): {"店主", "运营", "客服", "仓库"},
    ("inventory.stockitem", "change_many"): {"店主", "仓库"},
    ("inventory.stockitem", "count_them"): {"店主", "仓库"},
    ("library.asset", "remove"): {"店主", "运营"},
    ("payments.refund", "retry"): {"店主", "财务"},
    ("orders.order", "print_notes"): set(ROLES) | {"店主"},
    ("orders.order", "print_picking"): set(ROLES) | {"店主"},
    ("orders.order", "flag_red"): {"店主", "客服"},
    ("orders.order", "flag_yellow"): {"店主", "客服"},
    ("orders.order", "flag_blue"): {"店主", "客服"},
    ("orders.order", "flag_purple"): {"店主", "客服"},
    ("orders.order", "flag_green"): {"店主", "客服"},
    ("orders.order", "flag_none"): {"店主", "客服"},
}
EVERYBODY = ["店主", *ROLES, "没有角色"]


def user_with(role):
    if role == "店主":
        return User.objects.get(is_owner=True)
    return make_staff(f"{role}@example.com", *([role] if role in ROLES else []))


def test_the_table_names_every_registered_model():
    assert {model._meta.label_lower for model in site._registry} == set(TABLE)


@pytest.mark.parametrize("role", EVERYBODY)
def test_pages_open_only_to_the_roles_of_the_table(shop, rf, role):
    user = user_with(role)
    request = rf.get("/admin/")
    request.user = user
    for model, page in site._registry.items():
        allowed = TABLE[model._meta.label_lower].get(role, "")
        found = "".join(letter for letter, verb in VERBS.items() if getattr(page, f"has_{verb}_permission")(request))
        assert found == allowed, model


@pytest.mark.parametrize("role", EVERYBODY)
def test_requests_are_answered_as_the_table_says(shop, role):
    make_order()
    browser = browser_of(shop, user_with(role))
    for label, roles in TABLE.items():
        allowed, path = roles.get(role, ""), label.replace(".", "/")
        listing = browser.get(f"/admin/{path}/", follow=True)
        assert (listing.status_code == 200) == ("v" in allowed), path
        adding = browser.get(f"/admin/{path}/add/")
        assert (adding.status_code == 200) == ("a" in allowed), path
        row = next(m for m in site._registry if m._meta.label_lower == label).objects.order_by("pk").last()
        if row is None or label == "core.user":
            continue
        page = f"/admin/{path}/{row.pk}"
        assert (browser.get(f"{page}/change/").status_code == 200) == ("v" in allowed), path
        if label not in {"inventory.stockitem"}:
            assert (browser.post(f"{page}/change/", FORMSETS).status_code != 403) == ("c" in allowed), path
        assert (browser.get(f"{page}/delete/").status_code == 200) == ("d" in allowed), path


FORMSETS = {
    f"{prefix}-{name}": "0"
    for prefix in ("skus", "attributes")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
}


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("action", ORDER_ACTIONS)
def test_order_actions_ask_for_their_own_permission(shop, role, action):
    order = make_order()
    if action in {"ship", "refund"}:
        Order.objects.filter(pk=order.pk).update(state=Order.State.TO_SHIP)
    response = browser_of(shop, user_with(role)).get(f"/admin/orders/order/{order.pk}/{action}/")
    assert (response.status_code == 200) == (role in ORDER_ACTIONS[action])
    assert response.status_code in {200, 403}


@pytest.mark.parametrize("role", EVERYBODY)
def test_list_actions_ask_for_their_own_permission(shop, rf, role):
    request = rf.get("/admin/")
    request.user = user_with(role)
    found = {
        (model._meta.label_lower, name) for model, page in site._registry.items() for name in page.get_actions(request)
    }
    assert found == {key for key, roles in LIST_ACTIONS.items() if role in roles}


@pytest.mark.parametrize("role", EVERYBODY)
def test_stock_is_adjusted_only_by_those_who_may_change_it(shop, role):
    item = make_sku(stock=10).stock_items.get()
    answer = browser_of(shop, user_with(role)).post(
        f"/admin/inventory/stockitem/{item.pk}/change/", {"delta": "5", "cause": "SURPLUS", "ref": "adjust-1"}
    )
    allowed = role in {"店主", "仓库"}
    assert (answer.status_code == 302) == allowed
    item.refresh_from_db()
    assert item.on_hand == (15 if allowed else 10)


def test_anonymous_and_members_are_sent_to_the_log_in(shop):
    browser = browser_of(shop, None)
    for label in TABLE:
        assert browser.get(f"/admin/{label.replace('.', '/')}/").status_code == 302


def test_no_user_is_ever_a_superuser_by_post(shop):
    boss = User.objects.get(is_owner=True)
    target = make_staff("a@example.com", "客服")
    every = [str(pk) for pk in Permission.objects.values_list("pk", flat=True)]
    extra = {
        "is_superuser": "on",
        "is_owner": "on",
        "is_staff": "on",
        "user_permissions": every,
        "groups": [str(pk) for pk in Group.objects.values_list("pk", flat=True)],
    }
    form = {"username": "a@example.com", "display_name": "小李", "roles": ["客服"], "is_active": "on", "password": ""}
    answer = browser_of(shop, boss).post(f"/admin/core/user/{target.pk}/change/", {**form, **extra})
    assert answer.status_code == 302
    target.refresh_from_db()
    assert (target.display_name, target.is_superuser, target.is_owner) == ("小李", False, False)
    assert list(target.user_permissions.all()) == []
    assert [group.name for group in target.groups.all()] == ["客服"]


def staff_editor():
    """A colleague who may edit staff although no role says so."""
    editor = make_staff("editor@example.com", "客服")
    editor.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    return editor


def test_staff_cannot_edit_themselves_the_owner_or_somebody_mightier(shop):
    editor, boss, mighty = staff_editor(), User.objects.get(is_owner=True), make_staff("m@example.com", "财务")
    browser = browser_of(shop, editor)
    for target in (editor, boss, mighty):
        form = {"username": "x@example.com", "roles": ["客服"], "is_active": "on", "password": "a-new-password-1"}
        before = User.objects.filter(pk=target.pk).values().get()
        assert browser.post(f"/admin/core/user/{target.pk}/change/", form).status_code == 403
        assert User.objects.filter(pk=target.pk).values().get() == before
        assert browser.post(f"/admin/core/user/{target.pk}/delete/", {"post": "yes"}).status_code == 403


def test_staff_cannot_grant_a_role_they_do_not_hold(shop):
    form = {"username": "new@example.com", "roles": ["财务"], "is_active": "on", "password": "a-new-password-1"}
    answer = browser_of(shop, staff_editor()).post("/admin/core/user/add/", form)
    assert answer.status_code == 200
    assert not User.objects.filter(username="new@example.com").exists()


def test_the_owner_cannot_be_demoted_or_switched_off(shop):
    boss = User.objects.get(is_owner=True)
    form = {"username": boss.username, "roles": ["客服"], "password": ""}
    assert browser_of(shop, boss).post(f"/admin/core/user/{boss.pk}/change/", form).status_code == 403
    boss.refresh_from_db()
    assert (boss.is_owner, boss.is_active, boss.groups.count()) == (True, True, 0)


def test_the_staff_form_offers_no_permission(shop):
    page = browser_of(shop, User.objects.get(is_owner=True)).get("/admin/core/user/add/").content.decode()
    assert 'name="roles"' in page
    for name in ("is_superuser", "is_owner", "is_staff", "user_permissions", "groups"):
        assert f'name="{name}"' not in page


def test_a_colleague_switched_off_is_out_at_once(shop):
    colleague = make_staff("off@example.com", "客服")
    browser = browser_of(shop, colleague)
    assert browser.get("/admin/").status_code == 200
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert browser.get("/admin/").status_code == 302


def test_a_contact_is_shown_only_to_who_needs_it(shop):
    order = make_order()
    pages = {
        role: browser_of(shop, user_with(role)).get(f"/admin/orders/order/{order.pk}/change/").content.decode()
        for role in ("店主", "客服", "仓库", "财务", "运营")
    }
    assert {role for role, page in pages.items() if "13800138000" in page} == {"店主", "客服", "仓库"}
    assert {role for role, page in pages.items() if "文三路" in page} == {"店主", "客服", "仓库"}


def test_nothing_that_is_referred_to_can_be_deleted(shop):
    sku = make_sku()
    brand = Brand.objects.create(name="禾禾")
    Product.objects.filter(pk=sku.product_id).update(brand=brand)
    browser = browser_of(shop, User.objects.get(is_owner=True))
    assert browser.post(f"/admin/catalog/product/{sku.product_id}/delete/", {"post": "yes"}).status_code == 403
    browser.post(f"/admin/catalog/brand/{brand.pk}/delete/", {"post": "yes"})
    browser.post(f"/admin/catalog/category/{sku.product.category_id}/delete/", {"post": "yes"})
    assert Brand.objects.filter(pk=brand.pk).exists()
    assert Product.objects.filter(pk=sku.product_id).exists()
    assert AuditEntry.objects.filter(action="delete").count() == 0
