"""An address out of one pasted text, as people send it in a chat: name, phone, region and street in any order."""

import re

from shop.members.regions import find_region, take_region
from shop.members.services.addresses import plain_phone

MOST_LETTERS = 500
LONGEST_NAME = 20
FIELDS = ("name", "phone", "province", "city", "district", "detail")
_LABELS = re.compile(
    r"(?:收货人|收件人|联系人|姓名|名字|手机号码?|手机|联系电话|联系方式|电话号码|电话|所在地区|所在省市|地区"
    r"|详细地址|收货地址|收件地址|街道地址|地址)\s*[:：]"
)
_PHONE = re.compile(
    r"(?<!\d)(?:[(（]?(?:\+|00)?86[)）]?[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-?\d{7,8}(?:-\d{1,6})?)(?!\d)"
)
_BETWEEN = re.compile(r"[\s,，;；、|]+")
_HERE = "\0"  # where the phone number stood
# A district, county or county-level city: ends in one of these and holds nothing that streets are made of.
_DISTRICT = re.compile(r"[^\d\s路街道巷弄号村镇乡]{1,12}?(?:自治县|自治旗|(?<![小园社])区|县|市|旗)")
_CENTRES = {
    "青岛市": ("市南区", "市北区"),
    "济南市": ("市中区",),
    "枣庄市": ("市中区",),
    "内江市": ("市中区",),
    "乐山市": ("市中区",),
}
_STREET = re.compile(r"[\d#（(]|[路街道巷弄号室楼栋幢村镇区县市省]$")


def read_pasted(text: str) -> dict[str, str]:
    """Return the parts of an address that the text holds, under AddressDraft's names; "" for what it lacks."""
    found = dict.fromkeys(FIELDS, "")
    bare = _LABELS.sub("\n", text[:MOST_LETTERS].replace(_HERE, ""))
    if phone := _PHONE.search(bare):
        found["phone"] = plain_phone(phone[1])
        bare = f"{bare[: phone.start()]}\n{_HERE}\n{bare[phone.end() :]}"
    pieces = [piece for piece in (part.strip("。.:：") for part in _BETWEEN.split(bare)) if piece]
    found["name"], place = _parted(pieces)
    return found | _placed(place)


def _parted(pieces: list[str]) -> tuple[str, str]:
    """Return the name (it stands before the region or beside the phone) and the place as one text."""
    start = next((at for at, piece in enumerate(pieces) if find_region(piece) >= 0), len(pieces))
    if start < len(pieces) and (glued := find_region(pieces[start])):
        pieces = [*pieces[:start], pieces[start][:glued], pieces[start][glued:], *pieces[start + 1 :]]
        start += 1
    before, after = pieces[:start], pieces[start:]
    if name := next((piece for piece in before if _is_name(piece)), ""):
        rest = [piece for piece in before if piece != name] + after
    else:
        name, rest = _name_behind(after)
        rest = before + rest
    return name, " ".join(piece for piece in rest if piece != _HERE)


def _name_behind(pieces: list[str]) -> tuple[str, list[str]]:
    """Return the name that follows a place, and the rest: behind the phone, before it, or at the end."""
    here = pieces.index(_HERE) if _HERE in pieces else len(pieces)
    for at in (here + 1, here - 1):
        if 0 < at < len(pieces) and _is_name(pieces[at]):
            return pieces[at], pieces[:at] + pieces[at + 1 :]
    return "", pieces


def _is_name(piece: str) -> bool:
    return piece != _HERE and len(piece) <= LONGEST_NAME and not _STREET.search(piece)


def _placed(place: str) -> dict[str, str]:
    region = take_region(place)
    if region is None:
        return {"detail": place}
    province, city, rest = region
    rest = rest.removeprefix("市辖区").lstrip()
    if not city and (county := _DISTRICT.match(rest)):  # a county that belongs to no prefecture
        city, rest = county[0], rest[county.end() :].lstrip()
    rest = _with_its_city(city, rest)
    district = found[0] if (found := _DISTRICT.match(rest)) else ""
    return {"province": province, "city": city, "district": district, "detail": rest[len(district) :].lstrip()}


def _with_its_city(city: str, rest: str) -> str:
    """Return what follows a city with the 市 that its short name left to the district: 青岛 市南区, not 青岛市 南区."""
    return f"市{rest}" if any(rest.startswith(name[1:]) for name in _CENTRES.get(city, ())) else rest
