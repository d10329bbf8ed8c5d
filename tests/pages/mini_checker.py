"""Looks at the mini-program's page on top: what the page checker finds, and what a finger or a screen reader would."""

from pathlib import Path

from tests.pages.checker import FIND

PICTURES = Path(__file__).parents[2] / "test-results" / "mini-program" / "pages"
FIND_MORE = (Path(__file__).parent / "mini_program.js").read_text("utf-8")
TARGET = 44  # px on the 375 px that 750 rpx stand for; narrower phones have narrower everything
NAMED = {"button", "link", "checkbox", "radio", "switch", "tab", "textbox", "searchbox", "combobox", "dialog"}
HIDDEN_BELOW = """
() => Math.max(0, ...[...document.querySelectorAll(".mp-view:not([hide]) *")]
  .filter((each) => /auto|scroll/.test(getComputedStyle(each).overflowY) && !each.closest(".mp-mask, [role=dialog]"))
  .map((each) => each.scrollHeight - each.clientHeight))
"""
LOAD = "() => [...document.images].forEach((each) => { each.loading = 'eager'; })"
LOADED = "() => [...document.images].every((each) => !each.src || each.complete)"


def look(phone, name):
    """Return what is wrong with the page on top of a phone at its width; a picture of all of it is kept."""
    page = phone.page
    size = page.viewport_size
    page.evaluate(LOAD)
    page.wait_for_function(LOADED)
    below = page.evaluate(HIDDEN_BELOW)
    if below:
        page.set_viewport_size({"width": size["width"], "height": min(size["height"] + below, 4000)})
        page.evaluate(LOAD)
        page.wait_for_function(LOADED)
    least = TARGET * min(1, size["width"] / 375)
    problems = [*page.evaluate(FIND), *page.evaluate(FIND_MORE, least), *_unnamed(page)]
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}-{size['width']}.png", scale="css")
    page.set_viewport_size(size)
    return [f"{name} at {size['width']}: {problem}" for problem in problems]


def _unnamed(page):
    """What a screen reader could not name."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    roles = [
        node["role"]["value"]
        for node in nodes
        if not node["ignored"] and not node.get("name", {}).get("value", "").strip()
    ]
    return [f"no label: {role}" for role in roles if role in NAMED]
