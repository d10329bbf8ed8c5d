"""What searches keep per version of the catalogue."""

import pytest

from shop.search.keeping import KeptPerVersion
from tenants import versions


@pytest.fixture
def kept(shop, monkeypatch):
    """Finds of ten keys together, outside of the test's own transaction."""
    monkeypatch.setattr("shop.search.keeping.connection", type("NoTransaction", (), {"in_atomic_block": False}))
    monkeypatch.setattr(versions, "is_followed", lambda: True)
    return KeptPerVersion[list](most=10, size=len)


def test_values_are_kept_up_to_the_sum_of_their_sizes(kept):
    for key in ("a", "b", "c"):
        kept.get(key, lambda: [0] * 4)
    assert [kept.get(key, lambda: ["new"]) for key in ("c", "b", "a")] == [[0] * 4, [0] * 4, ["new"]]
    assert kept.get("huge", lambda: [0] * 11) == [0] * 11
    assert kept.get("huge", list) == []


def test_a_value_of_an_older_version_gives_its_room_back(kept, monkeypatch):
    for version in range(1, 9):
        monkeypatch.setattr(versions, "current", lambda shop, version=version: version)
        assert kept.get("a", lambda version=version: [version] * 9) == [version] * 9
        assert kept.get("a", list) == [version] * 9
