"""The documents name only what is there."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import get_commands

from tenants import subscriptions

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FOLDERS = ("platform", "tenants", "shop", "payments", "templates", "locale", "tests", "bench", "docs")


def page_id(page):
    return str(page.relative_to(ROOT))


def code_spans(text):
    """What stands in backticks, fenced blocks included."""
    fenced = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
    rest = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [*re.findall(r"`([^`\n]+)`", rest), *(line for block in fenced for line in block.splitlines())]


def anchors(page):
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_resolve(page):
    for link in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_commands_exist(page):
    text = page.read_text("utf-8")
    named = {name for span in code_spans(text) for name in re.findall(r"manage\.py ([a-z_]+)", span)}
    assert named <= set(get_commands()), named - set(get_commands())
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    wanted = {name for span in code_spans(text) for name in re.findall(r"^make ([a-z0-9]+)", span)}
    assert wanted <= targets, wanted - targets
    for module in (name for span in code_spans(text) for name in re.findall(r"python -m ([\w.]+)", span)):
        assert (ROOT / (module.replace(".", "/") + ".py")).exists() or find_spec(module), module


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_paths_and_names_exist(page):
    for span in code_spans(page.read_text("utf-8")):
        word = span.strip()
        if re.fullmatch(rf"({'|'.join(FOLDERS)})/[\w./-]*", word):
            assert (ROOT / word).exists(), word
        if re.fullmatch(r"(tenants|shop|payments)(\.\w+)+", word):
            assert dotted(word), word


def dotted(name):
    """Whether a module, something inside one, or a kind of due work has this name."""
    if name in subscriptions.handlers:
        return True
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        stem = ROOT.joinpath(*parts[:length])
        rest = parts[length:]
        source = stem.with_suffix(".py") if stem.with_suffix(".py").exists() else stem / "__init__.py"
        if source.exists():
            return not rest or re.search(rf"\b{rest[0]}\b", source.read_text()) is not None
    return False


def test_every_page_is_listed_in_the_readme():
    for readme in ("README.md", "README.zh-CN.md"):
        text = (ROOT / readme).read_text("utf-8")
        assert [page.name for page in (ROOT / "docs").glob("*.md") if f"docs/{page.name}" not in text] == []


def test_the_auditors_page_lists_what_the_code_checks():
    from shop.core.auditing import all_invariants
    from tenants.invariants import _SQL

    rows = re.findall(r"^\| (I\d+) \| (.+) \|$", (ROOT / "docs" / "audit.md").read_text("utf-8"), re.MULTILINE)
    in_shops = sorted((invariant.code, invariant.title) for invariant in all_invariants())
    platform = rows[len(in_shops) :]
    assert sorted(rows[: len(in_shops)]) == in_shops
    assert [code for code, _ in platform] == list(_SQL)


def test_the_architecture_page_shows_the_layers_that_are_checked():
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    assert "\n```\n" + "\n".join(layers) + "\n```\n" in (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_the_changelog_says_something_of_this_version():
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    section = (ROOT / "CHANGELOG.md").read_text("utf-8").partition(f"\n## {version}")[2].partition("\n## ")[0]
    assert len(re.findall(r"^- ", section, re.MULTILINE)) >= 5


def test_the_licence_is_the_apache_licence():
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
