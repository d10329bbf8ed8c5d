"""Uploads through the real server: sizes made by the worker, streams that are too long refused unread."""

import socket
import time
from io import BytesIO
from pathlib import Path

import pytest
import requests
from PIL import Image

from tests.e2e.driver import Shopper

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
MEGABYTES = 200


@pytest.fixture(scope="module")
def shop(product):
    return product.create_shop("uploads")


def photo():
    output = BytesIO()
    Image.effect_mandelbrot((1600, 1200), (-2, -1, 1, 1), 40).convert("RGB").save(output, "JPEG")
    return output.getvalue()


def test_the_worker_makes_the_sizes_of_an_upload(product, shop):
    shopper = Shopper(shop["api"]).log_in()
    headers = {"Authorization": shopper.session.headers["Authorization"]}
    answer = requests.post(
        f"{shop['api']}/uploads/pictures", files={"file": ("a.jpg", photo(), "image/jpeg")}, headers=headers, timeout=30
    )
    assert answer.status_code == 201, answer.text
    large = shop["api"].partition("/s/")[0] + answer.json()["url"]
    wanted = {"_400.webp": (400, 300), "_200.webp": (200, 150), ".jpg": (800, 600), ".webp": (800, 600)}
    deadline = time.monotonic() + 30
    for ending, size in wanted.items():
        address = large.removesuffix(".webp") + ending
        while (found := requests.get(address, timeout=10)).status_code != 200:
            assert time.monotonic() < deadline, f"{address} was never made"
            time.sleep(0.2)
        assert Image.open(BytesIO(found.content)).size == size
        assert found.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def resident(group):
    """Megabytes of the web server and its children."""
    total = 0
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and int((process / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                lines = (process / "status").read_text().splitlines()
                total += int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) // 1024
        except (OSError, StopIteration):
            continue
    return total


def stream(product, path, framing):
    """Send a gigabyte until somebody answers; the first line, seconds, megabytes sent, growth of the server."""
    web = product.pids()["web"]
    before, peak, sent = resident(web), 0, 0
    head = f"POST {path} HTTP/1.1\r\nHost: uploads.localhost\r\n{framing}\r\n"
    head += "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    piece = b"\0" * 2**20
    if "chunked" in framing:
        piece = b"100000\r\n" + piece + b"\r\n"
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", product.port), timeout=5) as line:
        try:
            line.sendall(head.encode())
            line.settimeout(0.05)
            while sent < 1024:
                try:
                    first = line.recv(200)
                    break
                except TimeoutError:
                    pass
                line.settimeout(5)
                line.sendall(piece)
                line.settimeout(0.05)
                sent, peak = sent + 1, max(peak, resident(web))
        except OSError:
            first = line.recv(200)
    return first, time.monotonic() - started, sent, peak - before


@pytest.mark.parametrize("path", ["/admin/library/asset/upload/", "/api/v1/uploads/pictures"])
@pytest.mark.parametrize("framing", ["Content-Length: 1073741824", "Transfer-Encoding: chunked"])
def test_a_gigabyte_is_refused_at_once(product, shop, path, framing):
    first, seconds, sent, growth = stream(product, path, framing)
    status = int(first.split()[1])
    assert status == 413
    assert seconds < 2
    assert sent < 100
    assert growth < MEGABYTES
