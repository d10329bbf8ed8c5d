"""The order in which processes get their tests, with processes that only note what they are told."""

from types import SimpleNamespace

import pytest

from tests import lanes

FILES = ["tests/shop/test_cart.py", "tests/shop/test_media.py", "tests/shop/test_orders.py"]
WALKS = ["tests/e2e/test_demo.py", "tests/pages/test_desk.py", "tests/test_mini_program_coverage.py"]
WAITS = ["tests/faults/test_expiry.py", "tests/faults/test_notices.py"]
ALONE = ["tests/faults/test_kills.py", "tests/faults/test_races.py"]


def named(paths):
    return [f"{path}::test_{number}" for path in paths for number in range(4)]


COLLECTED = named(FILES + ALONE)


class Process:
    """Does what it was given up to the last test, which it keeps until it knows what comes next."""

    def __init__(self, collected=COLLECTED):
        self.collected = collected
        self.gateway = SimpleNamespace(id="gw")
        self.shutting_down, self.given, self.done = False, [], 0

    def send_runtest_some(self, indices):
        self.given += indices

    def shutdown(self):
        self.shutting_down = True

    @property
    def waiting(self):
        return len(self.given) - self.done - (not self.shutting_down)

    def files(self):
        return list(dict.fromkeys(self.collected[index].split("::")[0] for index in self.given))


@pytest.fixture
def scheduler():
    config = SimpleNamespace(
        option=SimpleNamespace(loadscopereorder=False), getvalue=lambda name: ["popen", "popen"] if name == "tx" else []
    )
    return lanes.Lanes(config, SimpleNamespace(loadscopesched=lambda *said: None))


def begin(scheduler, collected=COLLECTED):
    processes = [Process(collected), Process(collected)]
    for process in processes:
        scheduler.add_node(process)
        scheduler.add_node_collection(process, collected)
    scheduler.schedule()
    return processes


def work(scheduler, process, most=100):
    """Let one process run all that it can."""
    while process.waiting > 0 and most:
        process.done, most = process.done + 1, most - 1
        scheduler.mark_test_complete(process, process.given[process.done - 1])
    if process.shutting_down and process.done == len(process.given) and process in scheduler.nodes:
        assert scheduler.remove_node(process) is None


def test_what_runs_alone_waits_until_the_other_process_has_ended(scheduler):
    first, second = begin(scheduler)
    work(scheduler, second)
    assert (first.files(), second.files()) == (FILES[:1], FILES[1:])
    assert second.shutting_down and scheduler.nodes == [first]
    assert first.done == 0 and not first.shutting_down
    work(scheduler, first)
    assert first.files() == FILES[:1] + ALONE
    assert first.done + second.done == len(COLLECTED)
    assert first.shutting_down and scheduler.tests_finished


def test_a_process_that_has_little_left_waits_for_one_that_is_ending(scheduler):
    first, second = begin(scheduler)
    work(scheduler, second, most=3)
    work(scheduler, first)
    assert (first.files(), second.files()) == (FILES[:1], FILES[1:])
    assert first.shutting_down and first.done == 4 and scheduler.nodes == [second]
    work(scheduler, second)
    assert second.files() == FILES[1:] + ALONE
    assert first.done + second.done == len(COLLECTED)
    assert second.shutting_down and scheduler.tests_finished


def test_a_process_that_dies_leaves_its_files_to_the_next_before_what_runs_alone(scheduler):
    first, second = begin(scheduler)
    work(scheduler, second)
    assert scheduler.remove_node(first) == COLLECTED[0]
    third = Process()
    scheduler.add_node(third)
    scheduler.add_node_collection(third, COLLECTED)
    scheduler.schedule()
    work(scheduler, third)
    assert third.files() == FILES[:1] + ALONE
    assert third.shutting_down and scheduler.tests_finished


def test_what_is_long_is_given_out_first_and_in_one_piece(scheduler):
    first, second = begin(scheduler, named(FILES + WALKS + WAITS + ALONE))
    work(scheduler, second)
    assert (first.files(), second.files()) == (WALKS, WAITS + FILES)
    assert second.shutting_down and scheduler.nodes == [first]
    work(scheduler, first)
    assert first.files() == WALKS + ALONE
    assert scheduler.tests_finished


def test_one_process_runs_what_is_long_after_the_files_and_what_runs_alone_last():
    items = [SimpleNamespace(nodeid=nodeid) for nodeid in ALONE + WAITS + WALKS + FILES]
    assert [item.nodeid for item in sorted(items, key=lanes.order)] == FILES + WALKS + WAITS + ALONE
