import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.test import RequestFactory

from shop.core.models import LoginAttempt, User
from shop.core.staff import reset_password
from tenants.context import using_shop
from tenants.errors import ShopError


def attempt(password, ip="10.0.0.1", account="boss@example.com"):
    request = RequestFactory().post("/admin/login/", REMOTE_ADDR=ip, HTTP_X_FORWARDED_FOR="1.2.3.4")
    return authenticate(request, username=account, password=password)


def boss():
    return User.objects.create(username="boss@example.com", password=make_password("Lychee-2026-ok"), is_owner=True)


def test_the_right_password_lets_in_whatever_the_letters_case(shop):
    user = boss()
    assert attempt("Lychee-2026-ok", account=" Boss@Example.com ") == user
    assert not LoginAttempt.objects.exists()


def test_five_failures_from_one_address_lock_the_account_there(shop):
    user = boss()
    assert [attempt("wrong") for _ in range(5)] == [None] * 5
    assert attempt("Lychee-2026-ok") is None
    assert attempt("Lychee-2026-ok", ip="10.0.0.2") == user


def test_ten_failures_lock_the_account_everywhere_and_no_other(shop):
    boss()
    other = User.objects.create(username="clerk", password=make_password("Lychee-2026-ok"))
    for number in range(10):
        attempt("wrong", ip=f"10.0.1.{number}")
    assert attempt("Lychee-2026-ok", ip="10.0.2.1") is None
    assert attempt("Lychee-2026-ok", account="clerk") == other


def test_a_new_password_from_the_command_line_unlocks(shop):
    user = boss()
    for number in range(10):
        attempt("wrong", ip=f"10.0.1.{number}")
    with pytest.raises(ShopError, match="password_invalid"):
        reset_password("boss@example.com", "short")
    assert reset_password(" Boss@example.com", "Longan-2026-ok") == user
    assert attempt("Lychee-2026-ok") is None
    assert attempt("Longan-2026-ok") == user
    with pytest.raises(ShopError, match="not_found"):
        reset_password("nobody", "Longan-2026-ok")


def test_a_locked_account_stores_no_more_attempts(shop):
    boss()
    for _ in range(30):
        attempt("wrong")
    assert LoginAttempt.objects.count() == 5


def test_an_unknown_account_is_counted_like_a_known_one(shop):
    for _ in range(7):
        assert attempt("wrong", account="nobody") is None
    assert LoginAttempt.objects.count() == 5


def test_failures_of_one_shop_do_not_count_in_another(shop, other_shop):
    boss()
    for _ in range(6):
        attempt("wrong")
    with using_shop(other_shop):
        assert not LoginAttempt.objects.exists()
