"""A shopper's phone: Chromium at 390×844 with the shop's mini-program, as the shop's own host serves it at /h5/."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import requests
from playwright.sync_api import expect

from tests.e2e.recorder import Recorder

PICTURES = Path(__file__).parents[2] / "test-results" / "mini-program"
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
CONFIG = re.compile(r'(<script type="application/json" id="mp-config">)(.*?)(</script>)', re.DOTALL)
PATIENCE = 10_000  # milliseconds

expect.set_options(timeout=PATIENCE)


class Phone:
    """One shopper's browser; what goes wrong in it is kept in `found`, but for what a test says will."""

    def __init__(self, browser, product, shop, name):
        self.product, self.web, self.name = product, shop["web"], name
        self.found, self.taps, self.refused_payments = [], 0, 0
        self.refusal = ""  # the cashier's words for a payment that it refuses
        self.address = None  # which WeChat keeps for the shopper, as wx.chooseAddress gives it
        self.expected = [re.compile(r"status of 401 .*/api/v1/")]  # the first call that needs a member logs in silently
        self.context = browser.new_context(**PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")
        self.context.set_default_timeout(PATIENCE)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.context.route(f"{self.web}/h5/", self._serve)
        self.context.route(f"{self.web}/h5/cashier", self._charge)
        self.page = self._watched(self.context.new_page())
        self.recorder = Recorder(self.page, product.environment["WEIPU_H5_BUILD"])

    def open(self, path="/pages/home/home"):
        """Start the mini-program at a page of it."""
        self.recorder.keep()
        self.page.goto("about:blank")
        self.page.goto(f"{self.web}/h5/#{path}")
        self.page.wait_for_function("() => window.__mp")  # a picture of the last visit may be all there is as yet
        return self

    @property
    def seen(self):
        """The page of the mini-program that is on top."""
        return self.page.locator(".mp-view:not([hide])")

    @property
    def dialog(self):
        """What covers the pages: a question, a list of choices."""
        return self.page.locator(".mp-mask").last

    @property
    def data(self):
        """What the page on top paints."""
        return self.page.evaluate("window.__mp.data()")

    def role(self, role, name, exact=False):
        """The first thing of that role and name on the page on top."""
        return self.seen.get_by_role(role, name=name, exact=exact).first

    def tap(self, target):
        """Touch a locator, or the button of exactly that name."""
        self.taps += 1
        (self.role("button", target, exact=True) if isinstance(target, str) else target).tap()

    def answer(self, choice):
        """Touch a button of what covers the pages."""
        self.dialog.get_by_role("button", name=choice, exact=True).tap()

    def see(self, words):
        """Wait until the page on top shows the words."""
        expect(self.seen.get_by_text(words).first).to_be_visible()

    def hear(self, words):
        """Wait until a toast says the words."""
        expect(self.page.locator(".mp-toast", has_text=words)).to_be_visible()

    def at(self, route):
        """Wait until that page is on top."""
        self.page.wait_for_function("(route) => window.getCurrentPages().at(-1)?.route === route", arg=route)

    def wait(self, condition):
        """Wait until `condition`, a function of JavaScript, holds for what the page on top paints."""
        self.page.wait_for_function(f"() => ({condition})(window.__mp.data())")

    def fill(self, label, text):
        """Type into a field."""
        self.seen.get_by_label(label, exact=True).and_(self.page.locator("input, textarea")).first.fill(text)

    def tab(self, name):
        """Touch an entry of the bar below the pages."""
        self.tap(self.page.get_by_role("navigation", name="标签栏").get_by_role("button", name=name))

    def pull(self):
        """Refresh the page on top, as pulling it down does, and wait until it has."""
        self.page.evaluate("wx.startPullDownRefresh()")
        expect(self.page.locator(".mp-view[refreshing]")).to_have_count(0)

    def reach_end(self):
        """Scroll the page on top to its end, past its middle as a finger does."""
        page = self.seen.locator("wx-page")
        page.evaluate(
            "(page) => new Promise((done) => { page.scrollTo(0, page.scrollHeight / 2); requestAnimationFrame(done) })"
        )
        page.evaluate("(page) => page.scrollTo(0, page.scrollHeight)")

    def back(self):
        """Touch the arrow of the bar above the pages."""
        self.tap(self.page.get_by_role("button", name="返回"))

    def picture(self, name):
        """Keep a picture of the screen."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")

    def expect_trouble(self, *patterns):
        """Name what may go wrong from now on."""
        self.expected += [re.compile(pattern) for pattern in patterns]

    def unexpected(self):
        """What went wrong and no test named."""
        return [found for found in self.found if not any(pattern.search(found) for pattern in self.expected)]

    def close(self):
        self.recorder.keep()
        self.context.close()

    def lose_answers(self, path):
        """Let POSTs to the path reach the shop and lose what it answers; returns the growing list of its statuses."""
        lost = []

        def lose(route):
            if route.request.method != "POST":
                route.fallback()
                return
            lost.append(self._forward(route.request))
            route.abort()

        self.context.route(f"{self.web}{path}", lose)
        return lost

    def find_answers(self, path):
        """Lose no more answers of the path."""
        self.context.unroute(f"{self.web}{path}")

    def _forward(self, request):
        where = urlsplit(request.url)
        address = f"http://127.0.0.1:{where.port}{where.path}"
        headers = {**request.headers, "Host": where.netloc}
        return requests.post(address, data=request.post_data_buffer, headers=headers, timeout=30).status_code

    def _serve(self, route):
        """The product's own page and policy, told by the test who the shopper is."""
        where = urlsplit(self.web)
        said = requests.get(f"http://127.0.0.1:{where.port}/h5/", headers={"Host": where.netloc}, timeout=30)
        told = json.loads(CONFIG.search(said.text)[2])
        told["ext"] = {name: told["ext"][name] for name in ("api", "shop")}
        shopper = {"name": self.name, "phone": "13900001234", "paymentUrl": f"{self.web}/h5/cashier"}
        shopper |= {"address": self.address} if self.address else {}
        told |= {"mode": "test", "test": shopper}
        text = CONFIG.sub(lambda found: found[1] + json.dumps(told).replace("<", "\\u003c") + found[3], said.text)
        headers = {name: said.headers[name] for name in ("Content-Type", "Content-Security-Policy", "Referrer-Policy")}
        route.fulfill(status=said.status_code, headers=headers, body=text)

    def _charge(self, route):
        """The cashier: the payment simulator takes the money, and tells the shop by itself."""
        if self.refused_payments:
            self.refused_payments -= 1
            route.fulfill(status=402, body=self.refusal)
            return
        prepay = route.request.post_data_json["package"].removeprefix("prepay_id=")
        done = self.product.paysim("POST", "/_control/pay", prepay_id=prepay)
        route.fulfill(status=done.status_code, body=done.text)

    def _watched(self, page):
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"script error: {error.stack or error}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._request)
        return page

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self.found.append(f"console: {message.text} {message.location.get('url', '')}")

    def _failed(self, request):
        if "ERR_ABORTED" not in (request.failure or ""):
            self.found.append(f"request failed: {request.method} {request.url} {request.failure}")

    def _request(self, request):
        wanted = urlsplit(request.url)
        if wanted.scheme in {"http", "https"} and wanted.netloc != urlsplit(self.web).netloc:
            self.found.append(f"request to another host: {request.url}")
