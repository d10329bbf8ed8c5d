"""`manage.py messages`: bring the English catalogue up to date with code and templates."""

import ast
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

CODE = ("payments", "platform", "shop", "tenants")
TEMPLATES = "templates"
CATALOGUE = Path("locale", "en", "LC_MESSAGES", "django.po")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
WIDTH = 120
HEADER = """\
# English texts of Weipu; the msgids are Chinese. `manage.py messages` keeps this file complete and in order.
msgid ""
msgstr ""
"Project-Id-Version: Weipu\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
# Positions of context, singular and plural among a function's arguments.
_ARGUMENTS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "pgettext": (0, 1, None),
    "ngettext": (None, 0, 1),
    "npgettext": (0, 1, 2),
}
FUNCTIONS = {name + ending: place for name, place in _ARGUMENTS.items() for ending in ("", "_lazy")}
FUNCTIONS["gettext_noop"] = _ARGUMENTS["gettext"]


class Message(NamedTuple):
    """One text as the catalogue knows it; `plural` is empty for most."""

    context: str
    singular: str
    plural: str


def aliases(tree: ast.Module) -> dict[str, str]:
    """Return the names under which a module calls gettext: name → function."""
    return {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name in FUNCTIONS
    }


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield the module's calls of gettext and its kin, each with the function's own name."""
    known = aliases(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            yield known[node.func.id], node


def python_messages(source: str) -> list[Message]:
    """Return the texts that a Python module passes to gettext, in the order written."""
    found = sorted(calls(ast.parse(source)), key=lambda call: (call[1].lineno, call[1].col_offset))
    return [message for name, call in found if (message := _message(name, [_literal(part) for part in call.args]))]


def template_messages(source: str) -> list[Message]:
    """Return the texts that a template translates, in the order written."""
    # Babel reads Python; what templatize leaves of a template has indentation that Python refuses.
    code = re.sub(r"^\s+", "", templatize(source), flags=re.MULTILINE).encode()
    keywords = dict.fromkeys(["_", *_ARGUMENTS])
    found = extract_python(BytesIO(code), keywords, [], {"encoding": "utf-8"})
    named = (("gettext" if name == "_" else name, texts) for _line, name, texts, _comments in found)
    return [message for name, texts in named if (message := _message(str(name), _listed(texts)))]


def collected(root: Path) -> dict[Message, list[str]]:
    """Return every Chinese text below `root` with the files that use it, by file and then as written."""
    found: dict[Message, list[str]] = {}
    code = sorted(path for folder in CODE for path in (root / folder).rglob("*.py") if "migrations" not in path.parts)
    pages = sorted((root / TEMPLATES).rglob("*.html"))
    for path, read in [*((path, python_messages) for path in code), *((path, template_messages) for path in pages)]:
        for message in read(path.read_text("utf-8")):
            if CHINESE.search(message.singular):
                found.setdefault(message, []).append(path.relative_to(root).as_posix())
    return found


def catalogue(path: Path) -> Catalog:
    """Return the catalogue stored in a file."""
    with path.open("rb") as file:
        return read_po(file, locale="en")


def renewed(old: Catalog, found: Mapping[Message, list[str]]) -> Catalog:
    """Return a catalogue of `found` with the translations of `old`; what is new has none."""
    new = Catalog(locale="en")
    for message, paths in found.items():
        known = old.get(message.singular, message.context or None)
        empty: Any = ("", "") if message.plural else ""
        texts: Any = known.string if known else empty
        new.add(
            (message.singular, message.plural) if message.plural else message.singular,
            texts if isinstance(texts, str) != bool(message.plural) else empty,
            locations=[(path, 0) for path in sorted(set(paths))],
            flags={"fuzzy"} if known and known.fuzzy else (),
            user_comments=known.user_comments if known else (),
            context=message.context or None,
        )
    return new


def text_of(catalog: Catalog) -> bytes:
    """Return the file for a catalogue. Line numbers and dates would change with every edit, so it has none."""
    body = BytesIO()
    write_po(body, catalog, width=WIDTH, omit_header=True, include_lineno=False)
    return HEADER.encode() + body.getvalue()


def untranslated(catalog: Catalog) -> list[str]:
    """Return the msgids that have no translation, or one that somebody has to look at."""
    return [
        str(message.id) for message in catalog if message.id and (message.fuzzy or not all(_listed(message.string)))
    ]


def _listed(texts: Any) -> list[Any]:
    return [texts] if isinstance(texts, str) or texts is None else list(texts)


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _message(name: str, texts: list[str | None]) -> Message | None:
    context, singular, plural = (
        None if place is None else texts[place] if place < len(texts) else None for place in FUNCTIONS[name]
    )
    return Message(context or "", singular, plural or "") if singular else None


class Command(BaseCommand):
    """Rewrite locale/en: translations stay, new texts come in empty, texts that nobody uses go."""

    help = "Bring the English catalogue up to date with code and templates."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file and name the texts without a translation."""
        path = settings.BASE_DIR / CATALOGUE
        catalog = renewed(catalogue(path), collected(settings.BASE_DIR))
        path.write_bytes(text_of(catalog))
        for msgid in untranslated(catalog):
            self.stdout.write(msgid)
