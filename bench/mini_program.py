"""How soon the mini-program's home is painted. Run: python -m bench.mini_program [--data DIR]

Starts a product with the demonstration's shops, compiles the mini-program, and opens its home in Chromium: cold, with
nothing kept, and again with what the first visit has kept; prints JSON lines and stops it. The home is painted when
its first product can be seen, be it in the picture of the last visit or in the page itself, and usable when the page
itself is there and a touch reaches that product; the clock runs in the page, from where it begins to load.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.measuring import running_product, say, wait_until_idle
from tests.e2e.driver import REPOSITORY
from tests.pages.checker import CHROMIUM

RUNS = 9
REST = 500  # milliseconds in which what is not awaited arrives too
SHOP = "demo-home"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
GOALS = {"cold": 1200, "again": 400}  # milliseconds
WATCH = """
const CARD = '[class$="--card-tile"]';
const attach = Element.prototype.attachShadow;
let picture = null; // of the last visit
Element.prototype.attachShadow = function (options) { return picture = attach.call(this, options); };
function seen(tree, page) {
  const card = tree && tree.querySelector(page + ' ' + CARD)?.getBoundingClientRect();
  const bottom = card && Math.min(card.bottom, tree.querySelector('.mp-tab').getBoundingClientRect().top);
  return card && card.width && card.top < bottom ? [card.left + card.width / 2, (card.top + bottom) / 2] : null;
}
const note = (name) => requestAnimationFrame(() => { window[name] ??= performance.now(); });
(function look() {
  const old = picture?.host.isConnected && seen(picture, '.mp-view');
  const live = seen(document, '.mp-view:not([hide])');
  if (old || live) note('painted');
  if (live && document.elementFromPoint(...live)?.closest(CARD)) note('usable');
  else requestAnimationFrame(look);
})();
"""


def main() -> int:
    """Measure and return 1 when a goal is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, help="keep the product's data there")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder) / "h5"
        compile_into(build)
        with running_product(given.data, WEIPU_H5_BUILD=str(build)) as product:
            product.manage("demo")
            wait_until_idle(product, most_seconds=180)
            found = measure(product.addresses["web"].replace("://", f"://{SHOP}.") + "/h5/")
    missed = 0
    for visit, goal in GOALS.items():
        painted, usable = ([each[moment] for each in found[visit]] for moment in ("painted", "usable"))
        median = statistics.median(painted)
        missed += median > goal
        say(
            f"home painted, {visit}",
            median_ms=round(median),
            goal_ms=goal,
            each_ms=[round(each) for each in painted],
            usable_median_ms=round(statistics.median(usable)),
            usable_each_ms=[round(each) for each in usable],
            home_requests=found[visit][0]["home"],
            requests=found[visit][0]["requests"],
            kilobytes_received=round(found[visit][0]["bytes"] / 1024, 1),
            load_average=round(os.getloadavg()[0], 1),
        )
    return int(missed > 0)


def compile_into(build: Path) -> None:
    """Compile the mini-program as it is published and print what it weighs."""
    command = ["node", "mpweb/build.mjs", "app", str(build), "--json"]
    folder = REPOSITORY / "miniprogram_template"
    said = json.loads(subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout)
    say("packages", kilobytes={each["name"]: round(each["bytes"] / 1024, 1) for each in said["sizes"]})
    say("script for browsers", kilobytes=round(said["bytes"] / 1024, 1), packed=round(said["packed"] / 1024, 1))


def measure(address: str) -> dict[str, list[dict[str, float]]]:
    """Visit the home twice in each of several new browser profiles."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[dict[str, float]]] = {visit: [] for visit in GOALS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for _run in range(RUNS):
            context = browser.new_context(**PHONE, locale="zh-CN")
            context.add_init_script(WATCH)
            for visits in found.values():
                visits.append(_visit(context, address))
            context.close()
        browser.close()
    return found


def _visit(context: Any, address: str) -> dict[str, float]:
    """Open the home in a new page; milliseconds until it is painted and usable, what was asked and received."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    received: list[float] = []
    asked: list[str] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_function("() => window.usable")
    painted, usable = page.evaluate("[window.painted, window.usable]")
    page.wait_for_timeout(REST)
    home = sum(url.partition("?")[0].endswith("/api/v1/home") for url in asked)
    found = {"painted": painted, "usable": usable, "bytes": sum(received), "requests": len(asked), "home": home}
    _answers(page)
    page.close()
    return found


def _answers(page: Any) -> None:
    """Touch something of the page; fails unless it leads on."""
    page.get_by_role("link", name="搜索商品").tap()
    page.wait_for_function("() => window.getCurrentPages().length === 2")


if __name__ == "__main__":
    sys.exit(main())
