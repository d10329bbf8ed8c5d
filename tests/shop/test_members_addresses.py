"""Addresses: one default, twenty at most, nobody else's."""

import pytest

from shop.members import services
from shop.members.models import Address, Member
from tests.client import Api
from tests.shop.members import APPID, at_once, body, log_in, refused

pytest_plugins = ["tests.shop.members"]

HOME = {
    "name": "王小明",
    "phone": "13800000000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "detail": "文三路 1 号",
}


def add(api, token, **changes):
    return api.post("/api/v1/addresses", json={**HOME, **changes}, token=token)


def defaults():
    return list(Address.objects.filter(is_default=True).values_list("key", flat=True))


def test_the_first_address_is_the_default_whatever_was_asked(api, app):
    token = log_in(api)
    answer = add(api, token, is_default=False)
    assert answer.status_code == 201
    key = Address.objects.get().key
    assert body(answer) == {"key": key, **HOME, "is_default": True}
    assert body(api.get(f"/api/v1/addresses/{key}", token=token)) == body(answer)
    listed = body(api.get("/api/v1/addresses", token=token))
    assert listed == {"count": 1, "next": None, "results": [body(answer)]}


def test_personal_parts_are_stored_encrypted(api, app):
    add(api, log_in(api))
    assert not any(text in str(Address.objects.values()) for text in ("王小明", "13800000000", "文三路"))
    assert Address.objects.get().phone_last4 == "0000"


def test_a_repeated_tap_makes_no_second_address(api, app):
    token = log_in(api)
    assert body(add(api, token)) == body(add(api, token))
    assert Address.objects.count() == 1


def test_a_new_default_takes_over(api, app):
    token = log_in(api)
    add(api, token)
    second = body(add(api, token, detail="文二路", is_default=True))
    assert defaults() == [second["key"]]
    third = body(add(api, token, detail="文一路"))
    assert third["is_default"] is False
    assert body(api.patch(f"/api/v1/addresses/{third['key']}", json={"is_default": True}, token=token))["is_default"]
    assert defaults() == [third["key"]]
    assert body(api.get("/api/v1/addresses", token=token))["results"][0]["key"] == third["key"]


def test_giving_up_the_default_passes_it_to_the_newest_other(api, app):
    token = log_in(api)
    first, second = (body(add(api, token, detail=detail))["key"] for detail in ("一", "二"))
    answer = api.patch(f"/api/v1/addresses/{first}", json={"is_default": False}, token=token)
    assert body(answer)["is_default"] is False
    assert defaults() == [second]
    assert api.delete(f"/api/v1/addresses/{second}", token=token).status_code == 204
    assert defaults() == [first]
    assert body(api.patch(f"/api/v1/addresses/{first}", json={"is_default": False}, token=token))["is_default"] is True
    api.delete(f"/api/v1/addresses/{first}", token=token)
    assert not Address.objects.exists()


def test_parts_of_an_address_change(api, app):
    token = log_in(api)
    key = body(add(api, token))["key"]
    changes = {"name": "李四", "phone": "0571-88886666", "district": "余杭区"}
    answer = api.patch(f"/api/v1/addresses/{key}", json=changes, token=token)
    assert body(answer) == {"key": key, **HOME, **changes, "is_default": True}
    assert Address.objects.get().phone_last4 == "6666"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800000000", "13800000000"),
        (" 138 0000 0000 ", "13800000000"),
        ("+86 138-0000-0000", "13800000000"),
        ("0086-13800000000", "13800000000"),
        ("010-12345678", "010-12345678"),
        ("057188886666-801", "057188886666-801"),
    ],
)
def test_phones_are_stored_plainly(api, app, typed, stored):
    assert body(add(api, log_in(api), phone=typed))["phone"] == stored


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12345678901"),
        ("phone", "1380000000"),
        ("phone", "１３８００００００００"),
        ("phone", "138000000000"),
        ("phone", "13800000000;drop"),
        ("phone", "0" * 39),
        ("name", ""),
        ("name", "　"),
        ("name", "长" * 41),
        ("name", "a\x07b"),
        ("province", ""),
        ("city", "市" * 41),
        ("district", "区" * 41),
        ("detail", ""),
        ("detail", "路" * 201),
        ("detail", None),
        ("is_default", "maybe"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_stored(api, app, field, value):
    token = log_in(api)
    assert list(refused(add(api, token, **{field: value}), 422, "invalid")) == [field]
    assert not Address.objects.exists()
    key = body(add(api, token))["key"]
    refused(api.patch(f"/api/v1/addresses/{key}", json={field: value}, token=token), 422, "invalid")
    assert body(api.get(f"/api/v1/addresses/{key}", token=token)) == {"key": key, **HOME, "is_default": True}


def test_a_city_of_another_province_is_refused(api, app):
    token = log_in(api)
    reason = "“苏州市”在江苏省，不在浙江省，请核对省和市"
    assert refused(add(api, token, city="苏州市"), 422, "invalid") == {"city": [reason]}
    assert not Address.objects.exists()
    key = body(add(api, token))["key"]
    detail = refused(api.patch(f"/api/v1/addresses/{key}", json={"province": "江苏"}, token=token), 422, "invalid")
    assert detail == {"city": ["“杭州市”在浙江省，不在江苏省，请核对省和市"]}
    assert body(api.get(f"/api/v1/addresses/{key}", token=token)) == {"key": key, **HOME, "is_default": True}
    moved = body(api.patch(f"/api/v1/addresses/{key}", json={"province": "江苏", "city": "苏州"}, token=token))
    assert (moved["province"], moved["city"]) == ("江苏省", "苏州市")


@pytest.mark.parametrize(
    ("province", "city"),
    [
        ("浙江省", "杭州市"),
        ("浙江", "杭州"),
        ("北京市", "北京市"),
        ("新疆维吾尔自治区", "喀什地区"),
        ("台湾省", "台中市"),
        ("香港特别行政区", "香港特别行政区"),
    ],
)
def test_an_address_names_its_district(api, app, province, city):
    token, place = log_in(api), {"province": province, "city": city}
    for district in ("", "　"):
        answer = add(api, token, **place, district=district)
        assert refused(answer, 422, "invalid") == {"district": ["请填写区、县"]}
    without = {name: text for name, text in HOME.items() if name != "district"}
    answer = api.post("/api/v1/addresses", json=without | place, token=token)
    assert refused(answer, 422, "invalid") == {"district": ["请填写区、县"]}
    assert not Address.objects.exists()
    key = body(add(api, token))["key"]
    changed = api.patch(f"/api/v1/addresses/{key}", json={**place, "district": ""}, token=token)
    assert refused(changed, 422, "invalid") == {"district": ["请填写区、县"]}
    assert body(api.get(f"/api/v1/addresses/{key}", token=token)) == {"key": key, **HOME, "is_default": True}


@pytest.mark.parametrize(
    ("province", "city"),
    [
        ("广东省", "东莞市"),
        ("海南", "儋州"),
        ("甘肃省", "嘉峪关市"),
        ("湖北省", "仙桃市"),  # a county-level city right below the province
        ("台湾省", "云林县"),
        ("澳门特别行政区", "澳门特别行政区"),
        ("加利福尼亚州", "洛杉矶"),
    ],
)
def test_where_there_are_no_districts_none_is_asked_for(api, app, province, city):
    answer = add(api, log_in(api), province=province, city=city, district="")
    assert (answer.status_code, body(answer)["district"]) == (201, "")


def test_an_old_address_without_a_district_stays_until_it_is_changed(api, app):
    token = log_in(api)
    key = body(add(api, token))["key"]
    Address.objects.update(district="")
    assert api.patch(f"/api/v1/addresses/{key}", json={"is_default": True}, token=token).status_code == 200
    answer = api.patch(f"/api/v1/addresses/{key}", json={"name": "李四"}, token=token)
    assert refused(answer, 422, "invalid") == {"district": ["请填写区、县"]}
    whole = api.patch(f"/api/v1/addresses/{key}", json={"name": "李四", "district": "西湖区"}, token=token)
    assert (body(whole)["name"], body(whole)["district"]) == ("李四", "西湖区")


def test_missing_fields_are_all_named(api, app):
    detail = refused(api.post("/api/v1/addresses", json={}, token=log_in(api)), 422, "invalid")
    assert set(detail) == {"name", "phone", "province", "city", "detail"}


def test_twenty_addresses_are_the_most(api, app):
    token = log_in(api)
    for number in range(20):
        assert add(api, token, detail=f"{number} 号").status_code == 201
    refused(add(api, token, detail="20 号"), 409, "too_many_addresses")
    assert Address.objects.count() == 20
    assert add(api, token, detail="19 号").status_code == 201


def test_addresses_of_others_are_not_there(api, app):
    alice, bob = log_in(api), log_in(api, "bob")
    key = body(add(api, alice))["key"]
    refused(api.get(f"/api/v1/addresses/{key}", token=bob), 404, "not_found")
    refused(api.patch(f"/api/v1/addresses/{key}", json={"name": "鲍勃"}, token=bob), 404, "not_found")
    refused(api.delete(f"/api/v1/addresses/{key}", token=bob), 404, "not_found")
    refused(api.get("/api/v1/addresses/nothere", token=bob), 404, "not_found")
    assert body(api.get("/api/v1/addresses", token=bob))["results"] == []
    assert Address.objects.get().name == "王小明"


def test_addresses_need_a_log_in(api, app):
    refused(api.get("/api/v1/addresses"), 401, "unauthorized")
    refused(add(api, None), 401, "unauthorized")
    assert not Address.objects.exists()


@pytest.mark.race
def test_parallel_new_defaults_leave_exactly_one(committed_shop, wechatsim):
    services.connect_app(APPID, "the-secret")
    token = log_in(Api(committed_shop.host))
    calls = [
        lambda number=number: add(Api(committed_shop.host), token, detail=f"{number} 号", is_default=True)
        for number in range(8)
    ]
    assert [answer.status_code for answer in at_once(committed_shop, calls)] == [201] * 8
    assert (Address.objects.count(), len(defaults())) == (8, 1)
    assert Member.objects.count() == 1
