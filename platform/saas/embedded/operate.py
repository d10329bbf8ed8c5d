"""What `manage.py up`, `down` and `status` do."""

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from . import runtime_env, state
from .probes import accepts, is_free, serves
from .processes import alive
from .runtime_env import REPOSITORY, Ports
from .shutdown import end_recorded, shut_down
from .stack import Stack, addresses, log_file, stack_over
from .state import State
from .supervisor import Supervisor

FAILED = 1
PORT_BUSY = 2
INTERRUPTED = 130


def up(data: Path, port: int | None, *, demo: bool) -> int:
    """Runs everything in the foreground until a signal comes; the exit code: 0, 1 failed, 2 a port is busy."""
    try:
        # Held by the open descriptor until this process ends.
        state.lock(data)
        end_recorded(data)
        stack = stack_over(data, port)
    except (RuntimeError, OSError) as error:
        print(error, file=sys.stderr)
        return FAILED
    if busy := [f"{number} ({name})" for name, number in stack.ports.by_service().items() if not is_free(number)]:
        print(f"Port {', '.join(busy)} is busy. Choose others: --port N (make demo PORT=N)", file=sys.stderr)
        return PORT_BUSY
    supervisor = Supervisor(data, stack.ports.by_service(), stack.stages(), _say)
    return supervisor.run(lambda: _announce(stack), stack.manage("demo") if demo else None)


def up_detached(data: Path, port: int | None, *, demo: bool) -> int:
    """Starts `up` in the background and answers its exit code, or 0 when everything is ready."""
    data.mkdir(parents=True, exist_ok=True)
    arguments = ["up", "--data", str(data), *(["--port", str(port)] if port else [])]
    log = log_file(data, "supervisor")
    start = log.stat().st_size if log.exists() else 0
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=REPOSITORY,
            env=runtime_env.merged({}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    code = _wait_for(process, data)
    with log.open("rb") as written:
        written.seek(start)
        print(written.read().decode(errors="replace"), end="")
    if code == 0 and demo:
        return _demo(data)
    return code


def down(data: Path) -> int:
    """Ends everything of this data folder; the exit code: 0, or 1 if a port is still taken."""
    if state.read(data) is None:
        print("Not running.")
        return 0
    if taken := shut_down(data):
        print(f"Still taken: {', '.join(taken)}", file=sys.stderr)
        return FAILED
    print("Stopped.")
    return 0


def status(data: Path, *, as_json: bool) -> int:
    """Prints addresses and pids; the exit code: 0, or 1 when not running or something is not healthy."""
    known = state.read(data)
    running = known is not None and alive(known.supervisor)
    problems = _problems(known) if known and running else ["not running"]
    pids = _pids(known) if known and running else {}
    urls = _addresses(data, known.ports["web"]) if known and running else dict.fromkeys(_addresses(data, 0))
    if as_json:
        print(json.dumps({**urls, "pids": pids}))
    else:
        print("\n".join(f"  {name:<10} {url or '-'}" for name, url in urls.items()))
        print("\n".join(f"  {name:<10} pid {pid}" for name, pid in pids.items()))
    for problem in problems:
        print(problem, file=sys.stderr)
    return FAILED if problems else 0


def _problems(known: State) -> list[str]:
    """One line for each service that does not do its work now."""
    names = {*known.ports, *known.services}
    dead = {name for name in names if name not in known.services or not alive(known.services[name].identity)}
    mute = {name for name, port in known.ports.items() if name not in dead and not _answers(name, port)}
    lines = [f"{name}: no process" for name in sorted(dead)] + [f"{name}: no answer" for name in sorted(mute)]
    return lines if known.ready else [*lines, "still starting"]


def _answers(name: str, port: int) -> bool:
    return serves(port) if name == "web" else accepts(port)


def _pids(known: State) -> dict[str, int]:
    services = {name: entry.identity for name, entry in known.services.items()}
    live = {name: identity.pid for name, identity in services.items() if alive(identity)}
    return {"supervisor": known.supervisor.pid, **live}


def _addresses(data: Path, port: int) -> dict[str, str]:
    return addresses(Ports(port), runtime_env.load(data).get("WEIPU_BASE_DOMAIN", "localhost"))


def _announce(stack: Stack) -> None:
    _say("Ready. Data and logs: " + str(stack.data))
    for name, url in _addresses(stack.data, stack.ports.web).items():
        _say(f"  {name:<10} {url}")


def _say(line: str) -> None:
    # A closed terminal must not end the shop.
    with suppress(OSError):
        print(line, flush=True)


def _wait_for(process: subprocess.Popen[bytes], data: Path) -> int:
    """0 as soon as this supervisor is ready, else its exit code."""
    try:
        while (code := process.poll()) is None:
            known = state.read(data)
            if known and known.ready and known.supervisor.pid == process.pid:
                return 0
            time.sleep(0.05)
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        return INTERRUPTED
    return code or FAILED


def _demo(data: Path) -> int:
    command = [sys.executable, "manage.py", "demo"]
    environment = runtime_env.merged(runtime_env.load(data))
    return subprocess.run(command, cwd=REPOSITORY, env=environment, check=False).returncode
