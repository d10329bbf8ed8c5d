"""The supervisor over tiny services: restarts, no orphans, one per data folder."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from saas.embedded import operate, state
from saas.embedded.probes import is_free
from saas.embedded.processes import Identity, identify, members

FAKE_STACK = Path(__file__).with_name("fake_stack.py")


def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


class Fake:
    """A running `up`."""

    def __init__(self, data: Path, port: int, *names: str) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [sys.executable, str(FAKE_STACK), str(data), str(port), *names],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_ready(self) -> "Fake":
        until(self._is_ready)
        return self

    def leader(self, name: str) -> Identity | None:
        known = state.read(self.data)
        return known.services[name].identity if known and name in known.services else None

    def _is_ready(self) -> bool:
        known = state.read(self.data)
        return bool(known and known.ready and known.supervisor.pid == self.process.pid)


@pytest.fixture
def start(data: Path, first_port: int) -> Iterator[Callable[..., Fake]]:
    """Starts a fake `up` with the named services."""
    started: list[Fake] = []

    def make(*names: str) -> Fake:
        started.append(Fake(data, first_port, *names))
        return started[-1]

    yield make
    for fake in started:
        fake.process.terminate()
        fake.process.communicate(timeout=20)


def test_a_killed_service_is_started_again_and_its_old_group_is_gone(start: Callable[..., Fake]) -> None:
    fake = start("web", "sleeper").wait_ready()
    before, untouched = fake.leader("web"), fake.leader("sleeper")
    assert len(members(before)) == 2
    os.kill(before.pid, signal.SIGKILL)
    until(lambda: fake.leader("web") not in (None, before))
    after = fake.leader("web")
    assert members(before) == []
    until(lambda: len(members(after)) == 2)
    assert fake.leader("sleeper") == untouched


def test_a_terminated_supervisor_leaves_no_process(start: Callable[..., Fake], first_port: int) -> None:
    fake = start("web", "sleeper").wait_ready()
    leaders = [fake.leader("web"), fake.leader("sleeper")]
    fake.process.terminate()
    assert fake.process.wait(timeout=10) == 0
    assert [members(leader) for leader in leaders] == [[], []]
    assert is_free(first_port)
    assert state.read(fake.data) is None


def test_a_service_that_ignores_the_signal_is_killed(start: Callable[..., Fake]) -> None:
    fake = start("stubborn").wait_ready()
    leader = fake.leader("stubborn")
    # The shell sets its trap a moment after its start.
    until(lambda: len(members(leader)) == 2)
    fake.process.send_signal(signal.SIGINT)
    assert fake.process.wait(timeout=10) == 0
    assert members(leader) == []


def test_a_killed_supervisor_leaves_no_process(start: Callable[..., Fake], first_port: int) -> None:
    fake = start("web", "sleeper").wait_ready()
    leaders = [fake.leader("web"), fake.leader("sleeper")]
    fake.process.kill()
    fake.process.wait()
    until(lambda: [members(leader) for leader in leaders] == [[], []])
    until(lambda: is_free(first_port))


def test_the_next_up_ends_what_a_killed_one_left(data: Path, first_port: int, start: Callable[..., Fake]) -> None:
    orphan = subprocess.Popen(["/bin/sh", "-c", "sleep 1000 & sleep 1001"], start_new_session=True)
    leader = identify(orphan.pid)
    assert leader
    until(lambda: len(members(leader)) == 3)
    gone = Identity(orphan.pid, leader.started - 1)
    state.write(data, state.State(gone, {}, True, {"sleeper": state.Entry(leader, signal.SIGTERM)}))
    start("sleeper").wait_ready()
    assert members(leader) == []
    orphan.wait()


def test_a_recorded_pid_that_is_used_again_is_left_alone(data: Path, start: Callable[..., Fake]) -> None:
    stranger = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    now = identify(stranger.pid)
    assert now
    recorded = Identity(stranger.pid, now.started - 1)
    state.write(data, state.State(recorded, {}, True, {"sleeper": state.Entry(recorded, signal.SIGTERM)}))
    assert operate.down(data) == 0
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_second_up_over_the_same_data_is_refused(start: Callable[..., Fake]) -> None:
    fake = start("sleeper").wait_ready()
    leader = fake.leader("sleeper")
    second = start("sleeper")
    output, _ = second.process.communicate(timeout=10)
    assert second.process.returncode == 1
    assert output == f"Already running (pid {fake.process.pid}): {fake.data}\n"
    assert fake.leader("sleeper") == leader
    assert fake.process.poll() is None


def test_a_busy_port_is_named(start: Callable[..., Fake], first_port: int) -> None:
    with socket.create_server(("127.0.0.1", first_port + 3)):
        fake = start("sleeper")
        output, _ = fake.process.communicate(timeout=10)
    assert fake.process.returncode == 2
    assert output == f"Port {first_port + 3} (redis) is busy. Choose others: --port N (make demo PORT=N)\n"


def test_a_service_that_never_starts_ends_everything_and_shows_its_log(start: Callable[..., Fake]) -> None:
    fake = start("sleeper", "broken")
    until(lambda: state.read(fake.data))
    leader = fake.leader("sleeper")
    output, _ = fake.process.communicate(timeout=20)
    assert fake.process.returncode == 1
    assert "broken does not start" in output
    assert output.rstrip().endswith("no such shop")
    assert members(leader) == []


def test_down_stops_everything(start: Callable[..., Fake], first_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    fake = start("web", "sleeper").wait_ready()
    leaders = [fake.leader("web"), fake.leader("sleeper")]
    assert operate.down(fake.data) == 0
    assert capsys.readouterr().out == "Stopped.\n"
    assert [members(leader) for leader in leaders] == [[], []]
    assert is_free(first_port)
    fake.process.wait(timeout=5)


def test_down_names_a_port_that_stays_taken(
    start: Callable[..., Fake], first_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = start("sleeper").wait_ready()
    with socket.create_server(("127.0.0.1", first_port + 1)):
        assert operate.down(fake.data) == 1
    assert capsys.readouterr().err == f"Still taken: {first_port + 1} (paysim)\n"


def test_down_of_nothing_succeeds(data: Path) -> None:
    assert operate.down(data) == 0
    assert not data.exists()


def test_status_lists_addresses_and_live_pids(
    start: Callable[..., Fake], first_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = start("web", "sleeper").wait_ready()
    # Five of the six ports have no service in this stack.
    assert operate.status(fake.data, as_json=True) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {
        "web": f"http://localhost:{first_port}",
        "console": f"http://console.localhost:{first_port}",
        "paysim": f"http://127.0.0.1:{first_port + 1}",
        "wechatsim": f"http://127.0.0.1:{first_port + 2}",
        "database": f"postgresql://postgres@127.0.0.1:{first_port + 4}/weipu",
        "redis": f"redis://127.0.0.1:{first_port + 3}/0",
        "ws": f"ws://127.0.0.1:{first_port + 5}",
        "pids": {
            "supervisor": fake.process.pid,
            "web": fake.leader("web").pid,
            "sleeper": fake.leader("sleeper").pid,
        },
    }
    absent = ("paysim", "postgres", "redis", "wechatsim", "ws")
    assert printed.err.splitlines() == [f"{name}: no process" for name in absent]


def test_status_for_people_shows_each_address_and_pid(
    start: Callable[..., Fake], first_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = start("web").wait_ready()
    leader = fake.leader("web")
    operate.status(fake.data, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert f"  web        http://localhost:{first_port}" in lines
    assert leader is not None
    assert f"  web        pid {leader.pid}" in lines


def test_status_of_nothing_fails(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert operate.status(data, as_json=True) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out)["pids"] == {}
    assert printed.err == "not running\n"
