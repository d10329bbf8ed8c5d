"""What a client may say and how much of it."""

import json

import pytest

from saas.realtime.limits import Allowance, Limits, Places, Visitor
from saas.realtime.protocol import Refused, Request, cursor, message, parse
from tests.realtime.stock import shop

LIMITS = Limits(keys=3, message_bytes=200)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"subscribe": ["a", "b", "a"]}', Request(subscribe=("a", "b"))),
        ('{"unsubscribe": ["a"], "other": 1}', Request(unsubscribe=("a",))),
        ('{"subscribe": []}', Request(subscribe=())),
        ('{"ping": 1}', Request(ping=True)),
        ('{"pong": true}', Request(pong=True)),
        ("{}", Request()),
    ],
)
def test_requests_are_understood(text, wanted):
    assert parse(text, LIMITS) == wanted


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, 1003),
        ("", 1008),
        ("subscribe", 1008),
        ("[]", 1008),
        ('{"subscribe": "a"}', 1008),
        ('{"subscribe": null}', 1008),
        ('{"subscribe": [1]}', 1008),
        ('{"subscribe": ["a", "b", "c", "d"]}', 1008),
        ('{"unsubscribe": [[]]}', 1008),
        (json.dumps({"subscribe": ["a" * 65]}), 1008),
        ('{"order": 1}', 1008),
        ("[" * 150, 1008),
        ("x" * 201, 1009),
        ("中" * 67, 1009),
    ],
)
def test_everything_else_is_refused(text, code):
    with pytest.raises(Refused) as refused:
        parse(text, LIMITS)
    assert refused.value.code == code


def test_messages_are_small_objects():
    assert message({"a": 1}) == '{"stock":{"a":1}}'
    assert message({}) == '{"stock":{}}'
    assert message(None, ping=True) == '{"ping":true}'
    assert message({"a": 0}, ping=True, pong=True) == '{"stock":{"a":0},"ping":true,"pong":true}'


def test_a_cursor_is_that_of_its_levels_only():
    assert cursor({"a": 1, "b": 2}) == cursor({"b": 2, "a": 1})
    assert len({cursor(levels) for levels in ({}, {"a": 1}, {"a": 2}, {"b": 1}, {"a": 1, "b": 1})}) == 5


def test_messages_may_come_in_a_burst_and_then_at_a_rate():
    allowance = Allowance(Limits(messages_at_once=3, messages_per_second=2), now=100.0)
    assert [allowance.take(100.0) for _ in range(4)] == [True, True, True, False]
    allowance = Allowance(Limits(messages_at_once=3, messages_per_second=2), now=100.0)
    assert all(allowance.take(100.0 + second / 2) for second in range(100))


def test_places_are_counted_by_shop_by_address_and_together():
    places = Places(Limits(connections=4, connections_per_shop=3, connections_per_address=2))
    alpha, beta = shop("alpha"), shop("beta")
    assert places.take(Visitor(alpha, "1.1.1.1"))
    assert places.take(Visitor(alpha, "1.1.1.1"))
    assert not places.take(Visitor(beta, "1.1.1.1"))
    assert places.take(Visitor(alpha, "2.2.2.2"))
    assert not places.take(Visitor(alpha, "3.3.3.3"))
    assert places.take(Visitor(beta, "3.3.3.3"))
    assert not places.take(Visitor(beta, "4.4.4.4"))
    places.give_back(Visitor(alpha, "1.1.1.1"))
    assert places.take(Visitor(beta, "1.1.1.1"))
    places.shut()
    places.give_back(Visitor(beta, "1.1.1.1"))
    assert not places.take(Visitor(beta, "1.1.1.1"))
    assert places.total == 3
