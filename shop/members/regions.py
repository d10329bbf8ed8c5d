"""China's provinces and prefectures by their full and their usual short names."""

import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("regions.txt")
_PEOPLES = "蒙古|维吾尔|布依|朝鲜|土家|傈僳|哈尼|景颇|哈萨克|柯尔克孜|壮|回|藏|苗|彝|侗|白|傣|羌"
_PROVINCE_ENDING = re.compile(r"(省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")
_PREFECTURE_ENDING = re.compile(rf"(市|地区|盟|(?:(?:{_PEOPLES})族?)+自治州)$")

# Below these come towns or parishes at once.
_WITHOUT_DISTRICTS = frozenset({"东莞市", "中山市", "儋州市", "嘉峪关市", "澳门特别行政区"})

# Behind 朝阳 stands a district in 朝阳双塔区, but not in 朝阳区.
_DISTRICT_FOLLOWS = re.compile(r"(?![区县市旗])[^\d\s路街道巷弄号村镇乡]{1,12}?[区县市旗]")


@cache
def _regions() -> dict[str, tuple[str, ...]]:
    """Return province → prefectures, by their full names."""
    lines = _FILE.read_text("utf-8").splitlines()
    pairs = (line.partition("：") for line in lines if not line.startswith("#"))
    return {province: tuple(cities.split()) for province, _colon, cities in pairs}


@cache
def _provinces() -> dict[str, str]:
    return {name: full for full in _regions() for name in (full, _PROVINCE_ENDING.sub("", full))}


def _cities_of(province: str) -> tuple[str, ...]:
    """Return the full names of a province's prefectures; what has none is its own."""
    return _regions().get(province, ()) or (province,)


@cache
def _cities(province: str) -> dict[str, str]:
    """Return name → full name of a province's prefectures."""
    names: dict[str, str] = {}
    for full in _regions().get(province, ()):
        short = _PREFECTURE_ENDING.sub("", full)
        names |= {full: full, short: full} | ({f"{short}州": full} if full.endswith("自治州") else {})
    return names


@cache
def _homes() -> dict[str, str]:
    """Return prefecture → its province, by full names."""
    return {city: province for province, cities in _regions().items() for city in cities}


@cache
def _homes_by_any_name() -> dict[str, str]:
    return {name: province for province in _regions() for name in _cities(province)}


@cache
def _any_full_name() -> re.Pattern[str]:
    return re.compile("|".join([*_regions(), *_homes()]))


def provinces() -> tuple[str, ...]:
    """Return the full names of all provinces, in their usual order."""
    return tuple(_regions())


def full_names(province: str, city: str) -> tuple[str, str]:
    """Return both with their full names (浙江, 杭州 → 浙江省, 杭州市); what is not known stays as it is."""
    known = _provinces().get(province, province)
    return known, _cities(known).get(city, city)


def home_elsewhere(province: str, city: str) -> str:
    """Return the province in which a prefecture lies when that is another one (浙江省, 苏州 → 江苏省); "" otherwise.

    Names that are not known, counties among them, are nowhere else; so is everything in a province that is not known.
    """
    known = _provinces().get(province)
    if known is None or city in _cities(known):
        return ""
    home = _homes_by_any_name().get(city, "")
    return "" if home == known else home


def needs_district(province: str, city: str) -> bool:
    """Return whether an address there (full names) lies in a district or county; False where that is not known.

    A county in the place of the prefecture, as below 湖北省 and 海南省, has none of its own.
    """
    is_known = province in _regions() and city in _cities_of(province)
    return is_known and city not in _WITHOUT_DISTRICTS and not city.endswith("县")


def take_region(text: str) -> tuple[str, str, str] | None:
    """Return province, prefecture and the rest of a text that begins with them; None when it does not.

    The province may be missing before a prefecture's full name, and before its short one when a district follows.
    The prefecture is "" when none follows.
    """
    province, rest = _longest(text, _provinces())
    if province:
        city, after = _longest(rest, _cities(province))
        is_city = _cities_of(province) == (province,)
        return province, city or (province if is_city else ""), after
    home, rest = _longest(text, _homes())
    if home:
        return home, text[: len(text) - len(rest)].rstrip(), rest
    home, rest = _longest(text, _homes_by_any_name())
    if not home or not _DISTRICT_FOLLOWS.match(rest):
        return None
    return home, full_names(home, text[: len(text) - len(rest)].rstrip())[1], rest


def find_region(text: str) -> int:
    """Return where in a text a region begins, -1 when nowhere; behind other words only by its full name."""
    if take_region(text):
        return 0
    found = _any_full_name().search(text)
    return found.start() if found else -1


def _longest(text: str, names: dict[str, str]) -> tuple[str, str]:
    """Return the full name of the longest of the names with which the text begins, and the rest; "" when none."""
    found = max((name for name in names if text.startswith(name)), key=len, default="")
    return names.get(found, ""), text[len(found) :].lstrip()
