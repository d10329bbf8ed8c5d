from datetime import timedelta

from django.utils import timezone

from shop.core import idempotency
from shop.core.models import IdempotencyRecord
from tenants.due import Again
from tenants.models import Due
from tests.conftest import body
from tests.factories import make_address, make_member, make_sku


def order(api, member, key, **extra):
    request = {"items": [{"sku": member.sku.key, "quantity": 1}], "address": member.address.key, **extra}
    return api.post("/api/v1/orders", request, token=member.token, key=key)


def shopper():
    member = make_member()
    member.sku, member.address = make_sku(), make_address(member)
    return member


def test_old_records_go_and_the_purge_comes_back_while_newer_ones_are_left(api):
    member = shopper()
    order(api, member, "old")
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=73))
    order(api, member, "new")
    assert isinstance(idempotency.purge("records"), Again)
    assert list(IdempotencyRecord.objects.values_list("key", flat=True)) == ["new"]
    IdempotencyRecord.objects.all().delete()
    assert idempotency.purge("records") is None


def test_the_purge_is_scheduled_once(shop):
    idempotency.schedule_purge()
    idempotency.schedule_purge()
    assert Due.objects.filter(kind="core.purge_idempotency", shop=shop.uuid).count() == 1


def test_a_long_or_strange_key_is_refused(api):
    member = shopper()
    for key in ("x" * 81, "键"):
        answer = order(api, member, key)
        assert (answer.status_code, body(answer)["code"]) == (422, "idempotency_key_required")


def test_the_stored_answer_is_the_same_on_both_hosts(api, shop):
    member = shopper()
    first = order(api, member, "k")
    request = {"items": [{"sku": member.sku.key, "quantity": 1}], "address": member.address.key}
    path = f"/s/{shop.key}/api/v1/orders"
    second = api.post(path, request, token=member.token, key="k", HTTP_HOST="api.weipu.test")
    assert (second.status_code, body(second)) == (201, body(first))
