"""Money: exact fen, exact shares."""

import itertools
import random
from fractions import Fraction

import pytest

from shop.core.money import MOST_FEN, allocate, parse_yuan, yuan


def check_shares(amount, weights):
    shares = allocate(amount, weights)
    total = sum(weights)
    assert len(shares) == len(weights)
    assert sum(shares) == amount
    assert min(shares) >= 0
    if not total:
        assert shares == [amount] + [0] * (len(weights) - 1)
        return
    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(amount * weight, total)
        assert abs(share - exact) < 1
        if not weight:
            assert share == 0
    for one, other in itertools.combinations(range(len(weights)), 2):
        if weights[one] > weights[other]:
            assert shares[one] >= shares[other]
        if weights[one] == weights[other]:
            assert shares[one] - shares[other] in (0, 1)


def test_every_small_split_is_exact_fair_and_complete():
    for count in range(1, 5):
        for weights in itertools.product(range(5), repeat=count):
            for amount in range(8):
                check_shares(amount, weights)


def test_large_splits_are_exact_too():
    source = random.Random(7)
    for _ in range(500):
        weights = [source.choice((0, 1, source.randrange(10**6), source.randrange(MOST_FEN))) for _ in range(30)]
        check_shares(source.randrange(MOST_FEN), weights)


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (1, [1, 2], [0, 1]),
        (10, [3, 3, 1], [4, 4, 2]),
        (5, [0, 1, 0], [0, 5, 0]),
        (5, [0, 0], [5, 0]),
        (0, [5, 7], [0, 0]),
        (7, [9], [7]),
        (999, [333, 333, 333], [333, 333, 333]),
    ],
)
def test_known_splits(amount, weights, shares):
    assert allocate(amount, weights) == shares


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, []), (1, [1, -1]), (0, [])])
def test_a_split_of_nothing_or_something_negative_is_refused(amount, weights):
    with pytest.raises(ValueError, match="allocate"):
        allocate(amount, weights)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("0.01", 1),
        ("0.1", 10),
        ("1", 100),
        ("12.50", 1250),
        ("19.99", 1999),
        (" 8.8 ", 880),
        ("007", 700),
        ("999999999.99", 99999999999),
    ],
)
def test_yuan_are_read_to_the_fen(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-1", "+1", "1.", ".5", "1.005", "1,000", "1e3", "NaN", "Infinity", "inf", "¥1", "1元", "１２", "1 2",
        "٣", "1_000", "0x10", "1.2.3", "--1", "1\n2", "1\x00", "1234567890", "None", "1/2", "²",
    ],
)  # fmt: skip
def test_text_that_is_no_amount_in_yuan_is_refused(text):
    with pytest.raises(ValueError, match="not an amount"):
        parse_yuan(text)


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (1, "0.01"), (10, "0.10"), (1999, "19.99"), (-5, "-0.05"), (-1250, "-12.50")]
)
def test_fen_are_written_as_yuan(fen, text):
    assert yuan(fen) == text


def test_reading_what_was_written_changes_nothing():
    for fen in itertools.chain(range(20_000), (MOST_FEN - 1, MOST_FEN // 7)):
        assert parse_yuan(yuan(fen)) == fen
