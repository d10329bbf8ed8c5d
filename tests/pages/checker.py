"""Looks at a page as a person would: nothing overflows, is clipped, overlaps, fails to load or comes from elsewhere."""

import os
from pathlib import Path
from urllib.parse import urlsplit

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PICTURES = Path(__file__).parents[2] / "test-results" / "pages"
WIDTHS = (1280, 390)

# Every visible run of text with its boxes, clipped to what the boxes around it let through. Two of them that
# intersect by more than a hair, and neither of whose elements contains the other, are drawn over each other.
FIND = """
() => {
  const problems = [];
  const label = (node) => node.textContent.trim().replace(/\\s+/g, " ").slice(0, 40);
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth + 1)
    problems.push(`horizontal overflow: ${root.scrollWidth} > ${root.clientWidth}`);

  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const scrolls = (style) => /auto|scroll/.test(style.overflowX + style.overflowY);
  const hides = (style) => /hidden|clip/.test(style.overflowX + style.overflowY);
  const readable = (box) => box.width > 2 && box.height > 2;

  const clip = (element, box) => {
    let [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (!scrolls(style) && !hides(style)) continue;
      const edge = at.getBoundingClientRect();
      left = Math.max(left, edge.left); right = Math.min(right, edge.right);
      top = Math.max(top, edge.top); bottom = Math.min(bottom, edge.bottom);
    }
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };
  const layer = (element) => {
    for (let at = element; at; at = at.parentElement)
      if (/fixed|sticky/.test(getComputedStyle(at).position)) return at;
    return null;
  };

  const runs = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.textContent.trim() || !element || /SCRIPT|STYLE|NOSCRIPT|TEMPLATE|OPTION/.test(element.tagName)) continue;
    if (!shown(element) || element.closest("[aria-hidden=true], .material-symbols-outlined, .sr-only")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const whole of range.getClientRects()) {
      if (!readable(whole)) continue;
      const seen = clip(element, whole);
      if (readable(seen)) runs.push({ node, element, box: seen, layer: layer(element) });
      for (let at = element; at && at !== document.body; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (scrolls(style)) break;
        if (!hides(style)) continue;
        const edge = at.getBoundingClientRect();
        const cut = Math.max(whole.right - edge.right, edge.left - whole.left);
        if (readable(edge) && cut > 2 && style.textOverflow !== "ellipsis")
          problems.push(`clipped by ${Math.round(cut)} px: "${label(node)}"`);
        break;
      }
      if (!element.closest("svg") && (whole.left < -1 || whole.right > root.clientWidth + 1) && readable(seen) &&
          (seen.right > root.clientWidth + 1 || seen.left < -1) && whole.right > 0)
        problems.push(`outside the page: "${label(node)}"`);
    }
  }
  for (let i = 0; i < runs.length; i++)
    for (let j = i + 1; j < runs.length; j++) {
      const [a, b] = [runs[i], runs[j]];
      if (a.layer !== b.layer) continue;
      if (a.element === b.element || a.element.contains(b.element) || b.element.contains(a.element)) continue;
      const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      // Line boxes are taller than letters: lines that touch by a third of their height do not collide.
      if (width > 2 && height > Math.min(a.box.height, b.box.height) * 0.34)
        problems.push(`overlap: "${label(a.node)}" and "${label(b.node)}"`);
    }
  return [...new Set(problems)];
}
"""


class PageChecker:
    """Opens addresses in one browser session per width and collects what is wrong with them."""

    def __init__(self, browser, language="zh-CN"):
        self.language = language
        self.pages = {width: self._open(browser, width, language) for width in WIDTHS}

    def _open(self, browser, width, language):
        context = browser.new_context(viewport={"width": width, "height": 844}, locale=language)
        page = context.new_page()
        page.found = []
        page.on("console", lambda message: self._console(page, message))
        page.on("pageerror", lambda error: page.found.append(f"script error: {error}"))
        page.on("requestfailed", lambda request: self._failed(page, request))
        page.on("request", lambda request: self._request(page, request))
        return page

    def _console(self, page, message):
        if message.type == "error":
            page.found.append(f"console: {message.text} {message.location.get('url', '')}")

    def _failed(self, page, request):
        if "ERR_ABORTED" not in (request.failure or ""):
            page.found.append(f"request failed: {request.url} {request.failure}")

    def _request(self, page, request):
        wanted = urlsplit(request.url)
        if wanted.scheme in {"http", "https", "ws", "wss"} and not (wanted.hostname or "").endswith("localhost"):
            page.found.append(f"request to another host: {request.url}")

    def do(self, steps):
        """Run `steps(page)` at every width, for example to log in."""
        for page in self.pages.values():
            steps(page)

    def check(self, address, name, status=200):
        """Return what is wrong with the page at every width; the pictures are kept."""
        return [
            f"{name} at {width}: {problem}" for width in WIDTHS for problem in self._check(address, name, width, status)
        ]

    def _check(self, address, name, width, status):
        page = self.pages[width]
        page.found.clear()
        answer = page.goto(address, wait_until="networkidle")
        if answer.status != status:
            page.found.append(f"status {answer.status}")
        problems = [*page.found, *self.look(width)]
        self.picture(name, width)
        return problems

    def look(self, width):
        """Return what is wrong with the page as it stands."""
        return self.pages[width].evaluate(FIND)

    def picture(self, name, width):
        """Keep a picture of the page as it stands."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        suffix = "" if self.language == "zh-CN" else f"-{self.language}"
        self.pages[width].screenshot(path=PICTURES / f"{name}-{width}{suffix}.png", full_page=True)

    def close(self):
        """End the sessions."""
        for page in self.pages.values():
            page.context.close()
