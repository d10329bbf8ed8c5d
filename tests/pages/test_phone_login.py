"""A shopper in a browser: looks without logging in, logs in by phone, and is known the next time."""

import html
import re

import pytest
import requests
from playwright.sync_api import expect

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

PHONE = "13800138000"
PROFILE = "/h5/#/packages/member/profile/profile"
KNOWN = "手机号尾号 8000"


@pytest.fixture(scope="module")
def shop(product, compiled):
    return product.create_shop("browser")


@pytest.fixture
def page(browser, shop):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    opened = context.new_page()
    opened.faults = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("console", lambda said: "Content Security" in said.text and opened.faults.append(said.text))
    yield opened
    assert opened.faults == []
    context.close()


def sent_code(product):
    """The newest code in the demo's mailbox."""
    port = product.addresses["web"].rsplit(":", 1)[1].rstrip("/")
    said = requests.get(f"http://127.0.0.1:{port}/signup/sent", headers={"Host": f"localhost:{port}"}, timeout=30)
    contact, code = re.search(r'mail-to">([^<]*).*?mail-code">(\d{6})', html.unescape(said.text), re.DOTALL).groups()
    assert contact == PHONE
    return code


def test_a_shopper_logs_in_by_phone_with_the_keyboard_alone(product, shop, page):
    answer = page.goto(f"{shop['web']}/")
    assert (answer.url, answer.status) == (f"{shop['web']}/h5/", 200)
    expect(page.locator(".mp-nav-title")).to_have_text("browser 小店")
    assert page.locator("[role=dialog]").count() == 0

    page.goto(shop["web"] + PROFILE)
    page.reload()
    dialog = page.get_by_role("dialog", name="登录")
    expect(dialog.get_by_label("手机号")).to_be_focused()
    page.keyboard.type("138 0013 8000")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("checkbox")).to_be_focused()
    page.keyboard.press("Space")
    for _ in range(4):  # two agreements, the code, the button that sends it
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("button", name="秒后重发")).to_be_disabled()
    expect(dialog.get_by_label("6 位验证码")).to_be_focused()
    code = sent_code(product)
    page.keyboard.type(f"{(int(code) + 1) % 1_000_000:06d}")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("验证码不正确或已过期，请核对或重新获取")
    expect(dialog.get_by_label("手机号")).to_have_value(PHONE)
    expect(dialog.get_by_label("6 位验证码")).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_text(KNOWN)).to_be_visible()
    assert dialog.count() == 0

    page.reload()
    expect(page.get_by_text(KNOWN)).to_be_visible()
    assert dialog.count() == 0


def test_who_closes_the_dialog_is_told_to_log_in_and_may_try_again(shop, page):
    page.goto(shop["web"] + PROFILE)
    dialog = page.get_by_role("dialog", name="登录")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("请先登录")).to_be_visible()
    assert dialog.count() == 0
    page.get_by_text("重试").click()
    expect(dialog).to_be_visible()
