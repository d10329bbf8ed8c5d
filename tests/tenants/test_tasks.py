"""Tasks name their shop and run inside it, or not at all."""

import threading
import uuid

import pytest
from celery import shared_task

from tenants.context import NoShop, current_shop, using_shop
from tests.tenants.canaries import brand, in_threads

seen = []


@shared_task
def note(shop, *, fail=False, meet=None):
    if meet:
        meet.wait(5)
    seen.append((shop, current_shop.get().slug, brand()))
    if fail:
        raise ZeroDivisionError
    return brand()


@shared_task(bind=True)
def bound(self, shop):
    return self.name, brand()


@shared_task(needs_shop=False)
def platform_wide():
    return current_shop.get()


@pytest.fixture(autouse=True)
def forget():
    seen.clear()


def test_a_task_runs_in_the_shop_it_names(canaries):
    assert [note(str(ref.uuid)) for ref in canaries.values()] == ["alpha", "beta"]
    assert note(canaries["alpha"].uuid) == "alpha"
    assert current_shop.get() is None


def test_a_bound_task_names_its_shop_the_same_way(canaries):
    assert bound(str(canaries["beta"].uuid)) == ("tests.tenants.test_tasks.bound", "beta")


@pytest.mark.parametrize(
    "arguments", [(), (str(uuid.uuid4()),), ("alpha",), ("",), (None,), (str(uuid.UUID(int=0)),), (7,), ("x" * 9999,)]
)
def test_a_task_without_a_known_shop_is_refused(canaries, arguments):
    with using_shop(canaries["alpha"]), pytest.raises(NoShop):
        note(*arguments)
    assert seen == []


def test_a_shop_named_by_keyword_is_refused(canaries):
    with pytest.raises(NoShop):
        note(shop=str(canaries["alpha"].uuid))
    assert seen == []


def test_a_task_that_fails_leaves_no_shop_behind(canaries):
    with pytest.raises(ZeroDivisionError):
        note(str(canaries["alpha"].uuid), fail=True)
    assert current_shop.get() is None
    with using_shop(canaries["beta"]):
        with pytest.raises(ZeroDivisionError):
            note(str(canaries["alpha"].uuid), fail=True)
        assert brand() == "beta"


def test_a_platform_task_runs_without_a_shop_wherever_it_is_called(canaries):
    with using_shop(canaries["alpha"]):
        assert platform_wide() is None
        assert brand() == "alpha"


def test_an_eager_task_takes_the_shop_it_names_and_not_its_callers(canaries):
    with using_shop(canaries["alpha"]):
        assert note.apply(args=[str(canaries["beta"].uuid)]).get() == "beta"
        assert brand() == "alpha"


@pytest.mark.race
def test_two_tasks_at_once_stay_in_their_shops(real_shops):
    meet = threading.Barrier(2)
    jobs = [lambda ref=ref: note(str(ref.uuid), meet=meet) for ref in real_shops]
    assert in_threads(*jobs) == [ref.slug for ref in real_shops]
    assert sorted(seen) == sorted((str(ref.uuid), ref.slug, ref.slug) for ref in real_shops)
