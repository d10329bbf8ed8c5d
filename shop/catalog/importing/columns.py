"""The columns of a product spreadsheet: one row is a SKU, rows of one product stand together.

The titles are part of the file format and the same in every language.
"""

import re
from collections.abc import Iterable

CODE, SKU_CODE = "商品编码", "SKU编码"
OPTION_NAME, OPTION_VALUE = "规格{}名", "规格{}值"
ATTRIBUTES, ATTRIBUTE_PREFIX = "参数", "参数:"
DETAIL = "图文详情"
TAGS = "标签"
COST = "成本价"
KIND = "商品类型"
MOST_DETAIL_COLUMNS = 7  # a cell holds 32,000 characters, a description 200,000

# title → field of a row as a JSON Lines file names it
TEXTS = {
    CODE: "code",
    "标题": "title",
    "分类": "category",
    "品牌": "brand",
    "副标题": "subtitle",
    "搜索关键词": "keywords",
    "单位": "unit",
}
FLAGS = {"上架": "on_sale", "新品": "is_new", "热销": "is_hot"}
LIMITS = {"起购数量": "least_per_order", "每单限购": "most_per_order", "每人限购": "most_per_member"}
SKU_TEXTS = {SKU_CODE: "code", "条形码": "barcode"}
SKU_PRICES = {"价格": "price", "划线价": "list_price", COST: "cost_price", "会员价": "member_price"}
SKU_NUMBERS = {"库存": "stock", "重量(克)": "weight"}
REQUIRED = (CODE, "标题", "分类", SKU_CODE, "价格")
KINDS = {"实物商品": "GOODS", "卡密商品": "CARD", "服务商品": "SERVICE"}
YES, NO = "是", "否"
FLAG_WORDS = {
    **dict.fromkeys((YES, "1", "true", "y", "yes", "√", "上架"), True),
    **dict.fromkeys((NO, "0", "false", "n", "no", "×", "下架"), False),
}

_OTHER_NAMES = {
    "商品名称": "标题",
    "商品标题": "标题",
    "商品分类": "分类",
    "关键词": "搜索关键词",
    "SKU编号": SKU_CODE,
    "规格编码": SKU_CODE,
    "售价": "价格",
    "重量": "重量(克)",
    "条码": "条形码",
    "详情": DETAIL,
}
_PARTS = re.compile(r"\\(.)|([、，,])", re.DOTALL)
_ATTRIBUTE = re.compile(r"((?:\\.|[^\\:：])*)[:：](.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_LINE_BREAKS = {"n": "\n", "r": "\r"}


def known_title(title: str) -> str:
    """Return a column's title as this module writes it."""
    plain = "".join(title.split()).replace("（", "(").replace("）", ")").replace("：", ":")
    plain = plain.rstrip("*").replace("sku", "SKU").replace("Sku", "SKU")
    return _OTHER_NAMES.get(plain, plain)


def detail_titles(count: int) -> list[str]:
    """Return the titles of the columns that hold a long description in pieces."""
    return [DETAIL, *(f"{DETAIL}{number}" for number in range(2, count + 1))]


def join_list(values: Iterable[str]) -> str:
    """Return the values as one cell, 红、白."""
    return "、".join(re.sub(r"[\\、，,]", r"\\\g<0>", value) for value in values)


def split_list(text: str) -> list[str]:
    """Return the values of a cell; 、 and commas separate them."""
    values = [""]
    position = 0
    for found in _PARTS.finditer(text):
        values[-1] += text[position : found.start()]
        position = found.end()
        if found[2]:
            values.append("")
        else:
            values[-1] += found[1]
    values[-1] += text[position:]
    return [value.strip() for value in values if value.strip()]


def join_attributes(attributes: Iterable[tuple[str, str]]) -> str:
    """Return attributes as one cell, 材质：棉 in lines."""
    return "\n".join(f"{_escaped(name, ':：')}：{_escaped(value, '')}" for name, value in attributes)


def split_attributes(text: str) -> list[tuple[str, str]]:
    """Return name and value of each line of a cell; a line without a colon is a name without value."""
    found = []
    for line in _LINE_BREAK.split(text):
        if line.strip():
            match = _ATTRIBUTE.fullmatch(line)
            name, value = match.groups() if match else (line, "")
            found.append((_plain(name).strip(), _plain(value).strip()))
    return found


def _escaped(text: str, more: str) -> str:
    text = "".join(f"\\{letter}" if letter == "\\" or letter in more else letter for letter in text)
    return text.replace("\r", "\\r").replace("\n", "\\n")


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: _LINE_BREAKS.get(found[1], found[1]), text)
