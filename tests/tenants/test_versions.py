"""The version of a shop's catalogue: raised by a commit, told by the board, healed by the poller."""

import itertools
import multiprocessing
import threading

import pytest
from django.db import connection, transaction

from tenants import versions
from tenants.board import FIRST_SHOP, GENERATION, Board
from tenants.context import using_shop
from tests.race import together


@pytest.fixture
def own_board(tmp_path, monkeypatch):
    board = Board(tmp_path / "versions")
    monkeypatch.setattr(versions, "board", board)
    return board


@pytest.fixture
def own_shop(real_shops):
    return real_shops[0]


@pytest.fixture
def slot(own_shop):
    return FIRST_SHOP + own_shop.slot


def truth(shop):
    with connection.cursor() as cursor:
        cursor.execute('SELECT version FROM "public"."tenants_catalogueversion" WHERE slot = %s', [shop.slot])
        row = cursor.fetchone()
    return row[0] if row else 0


@pytest.mark.race
def test_a_commit_raises_the_version_and_tells_it(own_shop, own_board, slot):
    with using_shop(own_shop):
        versions.mark_changed()
        first = own_board.get(slot)
        assert first == truth(own_shop) > 0
        with transaction.atomic():
            versions.mark_changed()
            versions.mark_changed()
            assert own_board.get(slot) == first
        assert own_board.get(slot) == truth(own_shop) > first


@pytest.mark.race
def test_a_rollback_raises_nothing_and_leaves_no_mark_behind(own_shop, own_board, slot):
    with using_shop(own_shop):
        versions.mark_changed()
        before = truth(own_shop)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            versions.mark_changed()
            raise ZeroDivisionError
        with transaction.atomic():
            connection.cursor().execute("SELECT 1")
        assert (own_board.get(slot), truth(own_shop)) == (before, before)


@pytest.mark.race
def test_the_truth_never_falls_after_an_older_backup(own_shop, own_board, slot):
    with using_shop(own_shop):
        versions.mark_changed()
        before = own_board.get(slot)
        with connection.cursor() as cursor:
            cursor.execute('UPDATE "public"."tenants_catalogueversion" SET version = 7')
        versions.mark_changed()
        assert own_board.get(slot) > before


@pytest.mark.race
def test_concurrent_commits_each_raise_it(own_shop, own_board, slot):
    def bump():
        seen = []
        for _ in range(20):
            versions.mark_changed()
            seen.append(own_board.get(slot))
        return seen

    seen = together(own_shop, bump, bump, bump)
    assert all(later > earlier for run in seen for earlier, later in itertools.pairwise(run))
    with using_shop(own_shop):
        assert own_board.get(slot) == truth(own_shop)


@pytest.mark.race
def test_a_version_whose_teller_died_is_told_by_who_follows(own_shop, own_board, slot, monkeypatch):
    with using_shop(own_shop):
        versions.mark_changed()
        before = own_board.get(slot)
        with monkeypatch.context() as patch:
            patch.setattr(versions, "show", lambda raised: None)  # killed between commit and telling
            versions.mark_changed()
        assert own_board.get(slot) == before < truth(own_shop)
        assert not versions.is_followed()
        versions.follow()
        assert own_board.get(slot) == truth(own_shop)
        assert versions.is_followed()
        assert own_board.get(GENERATION) >= 1


@pytest.mark.race
def test_an_unknown_version_is_read_from_the_truth(own_shop, own_board, slot):
    with using_shop(own_shop):
        versions.mark_changed()
        fresh = truth(own_shop)
        own_board.__init__(own_board._path.with_name("another"))
        assert own_board.get(slot) == 0
        assert versions.current(own_shop) == fresh == own_board.get(slot)


def test_numbers_never_fall(tmp_path):
    board = Board(tmp_path / "board")
    board.raise_to(3, 10)
    board.raise_to(3, 9)
    assert [board.get(3), board.get(4), board.get(10**9)] == [10, 0, 0]


def test_the_file_grows_and_old_readers_still_see_it(tmp_path):
    first, second = Board(tmp_path / "board"), Board(tmp_path / "board")
    first.raise_to(1, 5)
    second.raise_to(100_000, 6)
    second.raise_to(1, 7)
    assert first.get(1) == 7
    first.raise_to(100_001, 8)
    assert (first.get(100_000), second.get(100_001)) == (6, 8)


def _raise_often(path, start):
    board = Board(path)
    for number in range(start, 20_000, 4):
        board.raise_to(2, number)


def test_processes_share_it(tmp_path):
    path = tmp_path / "board"
    reader = Board(path)
    reader.raise_to(2, 1)
    spawn = multiprocessing.get_context("spawn")
    children = [spawn.Process(target=_raise_often, args=(path, start)) for start in range(4)]
    seen, stop = [], threading.Event()

    def watch():
        while not stop.is_set():
            seen.append(reader.get(2))

    watcher = threading.Thread(target=watch)
    watcher.start()
    for child in children:
        child.start()
    for child in children:
        child.join()
    stop.set()
    watcher.join()
    assert reader.get(2) == 19_999
    assert all(later >= earlier for earlier, later in itertools.pairwise(seen))
