"""Chinese is the language of the code; every text of it has English words, and nothing bypasses the catalogue."""

import ast
import re
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from tenants.management.commands.messages import (
    CATALOGUE,
    CHINESE,
    CODE,
    Message,
    aliases,
    calls,
    catalogue,
    collected,
    python_messages,
    renewed,
    template_messages,
    text_of,
    untranslated,
)

ROOT = Path(__file__).parents[1]
HAN = re.compile(r"[\u3400-\u9fff]")
MODULES = sorted(path for folder in CODE for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?0?\d*[a-zA-Z%]|\{\w*\}|</?\w[^>]*>")

# Chinese outside gettext, and why it may be there.
WHOLE_FILES = {
    "payments/wechat/gateway.py": "for the log of the operators",
    "payments/wechat/provider.py": "for the log of the operators",
    "payments/wechat/statement.py": "names of columns in statements",
    "payments/paysim/": "speaks as WeChat Pay does",
    "platform/saas/embedded/wechatsim/": "speaks as WeChat does",
    "platform/saas/demo/": "what the demonstration's shops and shoppers say",
    "shop/search/segments.py": "ranges and words of the Chinese script",
    "shop/search/documents.py": "words of the Chinese script",
    "shop/search/understanding.py": "words of the Chinese script",
    "shop/catalog/admin_transfer.py": "names of columns in spreadsheets, and their examples",
    "shop/catalog/exporting/rows.py": "names of columns in spreadsheets",
    "shop/catalog/importing/columns.py": "names of columns in spreadsheets",
    "shop/catalog/importing/sheets.py": "signs around amounts",
    "shop/catalog/importing/summary.py": "names of columns in spreadsheets",
    "shop/catalog/importing/taobao.py": "names of columns in Taobao's packages, and a category's, stored",
    "shop/members/pasted.py": "words of Chinese addresses",
    "shop/members/regions.py": "words of Chinese addresses",
    "shop/fulfilment/sheets.py": "names of columns in spreadsheets",
    "shop/inventory/admin/ledger.py": "names of columns in spreadsheets",
    "shop/inventory/count_files.py": "names of columns in spreadsheets",
    "shop/virtual/card_files.py": "names of columns in spreadsheets",
    "shop/reviews/checks.py": "what advertisements say",
}
DATA = {
    ("shop/catalog/models/products.py", "件"): "a product's unit, stored",
    ("shop/catalog/drafts.py", "件"): "a product's unit, stored",
    ("shop/catalog/importing/rows.py", "件"): "a product's unit, stored",
    ("shop/core/roles.py", "运营"): "a role's name, stored",
    ("shop/promotions/plugins.py", "运营"): "a role's name, stored",
    ("shop/promotions/plugins.py", "客服"): "a role's name, stored",
    ("shop/core/roles.py", "客服"): "a role's name, stored",
    ("shop/core/roles.py", "仓库"): "a role's name, stored",
    ("shop/marketing/flash_sale/reminders.py", "%Y年%m月%d日 %H:%M"): "a form that WeChat demands",
    ("shop/core/roles.py", "财务"): "a role's name, stored",
    **{
        ("shop/reviews/models.py", tag): "a tag of reviews, stored"
        for tag in ("质量好", "性价比高", "与描述相符", "包装用心", "物流快", "会再买")
    },
    ("shop/reviews/services/writing.py", "此用户没有填写评价。"): "a review's text, stored",
    ("shop/catalog/admin_presets.py", "颜色：红、白、蓝\n尺码：S、M、L"): "an example of what is typed",
    ("shop/catalog/admin_presets.py", "*材质：棉、麻、羊毛\n产地"): "an example of what is typed",
    ("payments/services/settling.py", "订单已不需要付款"): "a refund's reason, stored and sent to the provider",
    ("platform/saas/settings.py", "简体中文"): "a language has its own name",
    ("platform/saas/settings.py", "微铺 Weipu"): "the product's name in the API's description",
    ("templates/platform/base.html", "中文"): "a language has its own name",
}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def english():
    return catalogue(ROOT / CATALOGUE)


@pytest.fixture(scope="module")
def texts():
    return collected(ROOT)


# the catalogue


def test_every_text_has_english_words_and_every_entry_is_used(english, texts):
    known = {(entry.context or "", entry.id) for entry in english if entry.id}
    used = {(text.context, (text.singular, text.plural) if text.plural else text.singular) for text in texts}
    assert sorted(used - known, key=str) == [], "run: python manage.py messages, then translate"
    assert sorted(known - used, key=str) == [], "run: python manage.py messages"
    assert untranslated(english) == []


def test_english_words_keep_placeholders_and_hold_no_chinese(english):
    wrong = [
        (entry.id, text)
        for entry in english
        if entry.id
        for text in ([entry.string] if isinstance(entry.string, str) else entry.string)
        for source in ([entry.id] if isinstance(entry.id, str) else entry.id[-1:])
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(text))
        # Columns of spreadsheets and words of other systems stand in quotes as they are.
        or CHINESE.search(re.sub("“[^”]*”", "", text))
    ]
    assert wrong == []


def test_renewing_keeps_translations_adds_what_is_new_and_drops_what_is_gone(tmp_path):
    file = tmp_path / "django.po"
    first = renewed(catalogue(ROOT / CATALOGUE), {Message("", "微铺", ""): ["b.py", "a.py", "a.py"]})
    file.write_bytes(text_of(first))
    assert '#: a.py b.py\nmsgid "微铺"\nmsgstr "Weipu"\n' in file.read_text()
    pair = Message("杂货", "%(n)d 件", "%(n)d 件")
    second = renewed(catalogue(file), {pair: ["a.py"]})
    assert [entry.id for entry in second if entry.id] == [("%(n)d 件", "%(n)d 件")]
    assert untranslated(second) == ["('%(n)d 件', '%(n)d 件')"]
    second.get("%(n)d 件", "杂货").string = ("%(n)d unit", "%(n)d units")
    file.write_bytes(text_of(second))
    again = renewed(catalogue(file), {pair: ["a.py"]})
    assert again.get("%(n)d 件", "杂货").string == ("%(n)d unit", "%(n)d units")


def test_texts_are_found_under_every_name_and_tag():
    code = (
        "from django.utils.translation import gettext_lazy as _, ngettext, pgettext as within\n"
        "x = _('一' '二'), within('菜单', '单'), ngettext('件', '些', 2), _(x), other('三')\n"
    )
    assert python_messages(code) == [Message("", "一二", ""), Message("菜单", "单", ""), Message("", "件", "些")]
    page = (
        "{% load i18n %}\n    <p>\n  {% translate '九折 90%' %}{% trans '单' context '菜单' %}</p>\n"
        "\t{% blocktranslate with n=x %}共 {{ n }} 件{% endblocktranslate %}{{ y|default:_('无') }}"
        "{% include z with a=_('有') %}"
    )
    assert template_messages(page) == [
        Message("", "九折 90%%", ""),
        Message("菜单", "单", ""),
        Message("", "共 %(n)s 件", ""),
        Message("", "无", ""),
        Message("", "有", ""),
    ]


# nothing bypasses it


def allowed(path, text):
    name = name_of(path)
    return (name, text) in DATA or any(name.startswith(prefix) for prefix in WHOLE_FILES)


def bare_literals(path):
    """Chinese words of a module that no gettext and no docstring holds."""
    tree = ast.parse(path.read_text("utf-8"))
    passed = {id(part) for _name, call in calls(tree) for part in ast.walk(call)}
    passed |= {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value)
        and id(node) not in passed
    ]


def bare_text(path):
    """Chinese words of a template outside its translation tags."""
    inside, found = False, []
    for token in Lexer(path.read_text("utf-8")).tokenize():
        tag = token.contents.split(" ", 1)[0] if token.token_type == TokenType.BLOCK else ""
        if tag in {"blocktranslate", "blocktrans", "endblocktranslate", "endblocktrans"}:
            inside = not tag.startswith("end")
        elif not inside and token.token_type != TokenType.COMMENT and tag not in {"translate", "trans"}:
            found += re.findall(r"[\u3400-\u9fff]+", re.sub(r"""_\((["']).*?\1\)""", "", token.contents))
    return found


def test_no_chinese_bypasses_gettext():
    found = [(path, text) for path in MODULES for text in bare_literals(path)]
    found += [(path, text) for path in TEMPLATES for text in bare_text(path)]
    assert [(name_of(path), text) for path, text in found if not allowed(path, text)] == []
    names = {name_of(path) for path, _text in found}
    assert set(DATA) <= {(name_of(path), text) for path, text in found}, "no longer needed"
    assert [prefix for prefix in WHOLE_FILES if not any(name.startswith(prefix) for name in names)] == []


def test_scripts_and_styles_hold_no_chinese():
    files = [path for path in (ROOT / "templates" / "static").rglob("*") if path.suffix in {".js", ".css", ".svg"}]
    assert len(files) >= 3
    assert [name_of(path) for path in files if HAN.search(path.read_text("utf-8"))] == []


def test_no_text_is_translated_before_a_reader_is_known():
    early = []
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        eager = {name for name, function in aliases(tree).items() if not function.endswith(("_lazy", "_noop"))}
        functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        later = {id(part) for node in ast.walk(tree) if isinstance(node, functions) for part in ast.walk(node)}
        early += [
            (name_of(path), call.lineno)
            for _name, call in calls(tree)
            if call.func.id in eager and id(call) not in later
        ]
    assert early == []
