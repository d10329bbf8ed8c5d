"""The product from outside: one running `manage.py up`, and shoppers who speak HTTP to it."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

REPOSITORY = Path(__file__).parents[2]
OURS = ("WEIPU_", "DJANGO_SETTINGS_MODULE")
SHARED = "WEIPU_SCHEMA_SCRIPTS"  # the schemas of one run are built once


def free_ports(count=6):
    """A first port after which `count` - 1 more are free too."""
    for _ in range(200):
        # Below the range from which the kernel gives ports to clients: one of those would be in the way later.
        first = 20000 + secrets.randbelow(12000)
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise RuntimeError("no free ports")


class Product:
    """A running product over a data folder of its own."""

    def __init__(self, data, **settings):
        self.data, self.port = Path(data), free_ports()
        inherited = os.environ.items()
        self.environment = {name: value for name, value in inherited if name == SHARED or not name.startswith(OURS)}
        self.environment |= {"WEIPU_DATA": str(self.data), **settings}

    def manage(self, *arguments, check=True, timeout=300):
        """Run a management command and return the finished process."""
        return subprocess.run(
            [sys.executable, str(REPOSITORY / "manage.py"), *map(str, arguments)],
            env=self.environment,
            check=check,
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )

    def up(self):
        done = self.manage("up", "--detach", "--port", self.port, "--data", self.data, check=False)
        if done.returncode:
            logs = "\n".join(f"== {log.name}\n{log.read_text()[-2000:]}" for log in (self.data / "log").glob("*.log"))
            raise RuntimeError(f"up failed: {done.stdout}{done.stderr}\n{logs}")
        self.addresses = self.status()
        return self

    def down(self):
        return self.manage("down", "--data", self.data, check=False)

    def status(self):
        return json.loads(self.manage("status", "--json", "--data", self.data, check=False).stdout)

    def pids(self):
        return self.status()["pids"]

    def audit(self):
        """(exit code, counts) of `audit --all --json`."""
        done = self.manage("audit", "--all", "--json", check=False)
        return done.returncode, json.loads(done.stdout)

    def create_shop(self, slug):
        done = self.manage(
            "create_shop",
            slug,
            "--name",
            f"{slug} 小店",
            "--owner",
            f"{slug}@example.com",
            "--password",
            "Lychee-2026-ok",
            "--json",
        )
        return json.loads(done.stdout)

    def paysim(self, method, path, **payload):
        return requests.request(method, self.addresses["paysim"] + path, json=payload or None, timeout=60)

    def book(self):
        return self.paysim("GET", "/_control/book").json()


ADDRESS = {
    "name": "王小明",
    "phone": "13800138000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "detail": "文三路 1 号",
    "is_default": True,
}


class Shopper:
    """One shopper of one shop."""

    def __init__(self, api, name=None):
        self.api, self.name = api, name or secrets.token_hex(4)
        self.session = requests.Session()
        self.address = None

    def call(self, method, path, json=None, key=None, timeout=30):
        headers = {"Idempotency-Key": key} if key else {}
        return self.session.request(method, f"{self.api}/{path}", json=json, headers=headers, timeout=timeout)

    def must(self, status, method, path, json=None, key=None):
        answer = self.call(method, path, json, key)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def log_in(self):
        body = self.must(200, "POST", "auth/wechat-login", {"code": f"sim:{self.name}"})
        self.session.headers["Authorization"] = f"Bearer {body['token']}"
        return self

    def with_address(self):
        self.address = self.must(201, "POST", "addresses", ADDRESS)["key"]
        return self

    def order(self, items, key=None, **extra):
        wanted = {"items": [{"sku": sku, "quantity": quantity} for sku, quantity in items], "address": self.address}
        return self.call("POST", "orders", {**wanted, **extra}, key or secrets.token_hex(8))

    def start_paying(self, number):
        return self.must(200, "POST", f"orders/{number}/pay", {"provider": "wechat"}, secrets.token_hex(8))

    def status(self, number):
        return self.must(200, "GET", f"orders/{number}")["status"]

    def wait_for(self, number, *states, seconds=30):
        deadline = time.monotonic() + seconds
        while (found := self.status(number)) not in states:
            assert time.monotonic() < deadline, f"{number} is {found}, not {states}, after {seconds} s"
            time.sleep(0.1)
        return found


def wait_until(check, seconds, what):
    """Poll `check` until it is true."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.2)
