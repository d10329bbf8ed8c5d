"""The checker finds what it is there to find: a broken page fails, the same page mended passes."""

import pytest

from tests.pages.checker import PageChecker

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]

FRAME = "<!doctype html><html lang='zh'><meta charset='utf-8'><body style='margin:0;font:16px sans-serif'>{}</body>"
BROKEN = {
    "horizontal overflow": "<div style='width:2000px'>宽</div>",
    "clipped": "<div style='width:60px;overflow:hidden;white-space:nowrap'>这一行文字比它的盒子宽得多</div>",
    "overlap": "<p style='margin:0'>第一行文字</p><p style='margin:-18px 0 0'>第二行文字</p>",
}
MENDED = {
    "horizontal overflow": "<div style='max-width:100%'>宽</div>",
    "clipped": "<div style='width:260px;overflow:hidden;white-space:nowrap'>这一行文字在盒子里</div>",
    "overlap": "<p style='margin:0'>第一行文字</p><p style='margin:0'>第二行文字</p><p hidden>隐藏</p>",
}


@pytest.fixture
def checker(browser):
    looking = PageChecker(browser)
    yield looking
    looking.close()


def look(checker, body):
    checker.do(lambda page: page.set_content(FRAME.format(body)))
    return checker.look(390)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_page_is_told_from_a_mended_one(checker, kind):
    assert any(kind in problem for problem in look(checker, BROKEN[kind]))
    assert look(checker, MENDED[kind]) == []


def test_a_script_that_fails_when_a_file_is_chosen_is_seen(checker, tmp_path):
    (tmp_path / "a.csv").write_text("a")
    script = "document.querySelector('input').addEventListener('change', () => null.setAttribute('value', ''))"
    page = checker.pages[390]
    page.set_content(FRAME.format(f"<input type=file><script>{script}</script>"))
    page.set_input_files("input", tmp_path / "a.csv")
    page.wait_for_timeout(300)
    assert any("setAttribute" in found for found in page.found)


def test_scripts_that_fail_and_other_hosts_are_seen(checker):
    page = checker.pages[390]
    page.set_content(FRAME.format("<script>console.error('broken')</script><img src='http://127.0.0.1:9/x.png'>"))
    page.wait_for_timeout(300)
    assert any("broken" in found for found in page.found)
    assert any("another host" in found for found in page.found)
