"""A member's addresses: at most twenty, exactly one of them the default."""

import re
import unicodedata
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.core import crypto
from shop.core.errors import ShopError
from shop.members.models import Address, Member
from shop.members.regions import full_names, home_elsewhere, needs_district
from shop.members.services.locks import lock_member

MOST_ADDRESSES = 20
_COUNTRY = re.compile(r"(\+|00)86-?", re.ASCII)
MOBILE = re.compile(r"1[3-9][0-9]{9}", re.ASCII)
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?", re.ASCII)
_LIMITS = {"name": 40, "province": 40, "city": 40, "district": 40, "detail": 200}


@dataclass(frozen=True, slots=True)
class AddressDraft:
    """An address as typed in; `checked()` returns what may be stored."""

    name: str
    phone: str
    province: str
    city: str
    detail: str
    district: str = ""

    def checked(self) -> "AddressDraft":
        """Return it with single blanks, a plain phone and the region's full names; ShopError 422 names wrong fields."""
        values = {name: " ".join(text.split()) for name, text in asdict(self).items()}
        values["phone"] = plain_phone(values["phone"])
        values["province"], values["city"] = full_names(values["province"], values["city"])
        wrong = _empty(values)
        for name, most in _LIMITS.items():
            if len(values[name]) > most or _has_control(values[name]):
                wrong[name] = [_("太长或含有无法显示的字符")]
        if not (MOBILE.fullmatch(values["phone"]) or _LANDLINE.fullmatch(values["phone"])):
            wrong["phone"] = [_("请填写正确的手机号或座机号")]
        if home := home_elsewhere(values["province"], values["city"]):
            place = {"city": values["city"], "home": home, "province": values["province"]}
            wrong["city"] = [_("“%(city)s”在%(home)s，不在%(province)s，请核对省和市") % place]
        if wrong:
            raise ShopError("invalid", _("填写的内容有误"), detail=wrong)
        return AddressDraft(**values)


def _empty(values: dict[str, str]) -> dict[str, list[object]]:
    """Return field → why it may not be empty; the district may where the city has none."""
    needed = {name: _("不能为空") for name in ("name", "province", "city", "detail")}
    if needs_district(values["province"], values["city"]):
        needed["district"] = _("请填写区、县")
    return {name: [why] for name, why in needed.items() if not values[name]}


def plain_phone(text: str) -> str:
    """Return the number without blanks and +86, a mobile one without dashes too."""
    bare = text.replace(" ", "")
    number = bare[prefix.end() :] if (prefix := _COUNTRY.match(bare)) else bare
    digits = number.replace("-", "")
    return digits if MOBILE.fullmatch(digits) else number


def _has_control(text: str) -> bool:
    return any(unicodedata.category(letter) == "Cc" for letter in text)


def draft_of(address: Address) -> AddressDraft:
    """Return what an address holds."""
    return AddressDraft(**{name: getattr(address, name) for name in AddressDraft.__dataclass_fields__})


@transaction.atomic
def create_address(member: Member, draft: AddressDraft, *, is_default: bool = False) -> Address:
    """Return the new address, or the equal one that is there (a repeated tap makes no second one).

    The first one is the default. ShopError: 422 names wrong fields, 409 `too_many_addresses`.
    """
    clean = draft.checked()
    locked = lock_member(member)
    address = _equal(locked, clean) or _new(locked, clean)
    if is_default or not Address.objects.of(locked).filter(is_default=True).exists():
        _make_default(address)
    return address


def _equal(member: Member, draft: AddressDraft) -> Address | None:
    same_phone = Address.objects.of(member).filter(phone_digest=crypto.digest(draft.phone, "phone"))
    return next((address for address in same_phone if draft_of(address) == draft), None)


def _new(member: Member, draft: AddressDraft) -> Address:
    if Address.objects.of(member).count() >= MOST_ADDRESSES:
        raise ShopError("too_many_addresses", _("最多保存 20 个地址"), status=409)
    address = Address(member=member)
    _write(address, draft)
    return address


def _write(address: Address, draft: AddressDraft) -> None:
    for name, text in asdict(draft).items():
        setattr(address, name, text)
    address.save()


def _make_default(address: Address) -> None:
    """Move the default here; the member is locked."""
    Address.objects.filter(member=address.member_id, is_default=True).exclude(pk=address.pk).update(is_default=False)
    Address.objects.filter(pk=address.pk).update(is_default=True)
    address.is_default = True


@transaction.atomic
def change_address(member: Member, key: str, changes: dict[str, str], *, is_default: bool | None = None) -> Address:
    """Return the address after the changes; ShopError 422 names wrong fields, DoesNotExist for a foreign key.

    Without its flag the default passes to the newest other address; the only one keeps it.
    """
    locked = lock_member(member)
    address = Address.objects.of(locked).get(key=key)
    if changes:
        _write(address, AddressDraft(**{**asdict(draft_of(address)), **changes}).checked())
    if is_default:
        _make_default(address)
    elif is_default is False and address.is_default:
        _pass_default_on(address)
    return address


def _pass_default_on(address: Address) -> None:
    heir = Address.objects.filter(member=address.member_id).exclude(pk=address.pk).order_by("-pk").first()
    if heir is not None:
        _make_default(heir)
        address.is_default = False


@transaction.atomic
def delete_address(member: Member, key: str) -> None:
    """Remove the address; the newest other one takes its place as default. DoesNotExist for a foreign key."""
    locked = lock_member(member)
    address = Address.objects.of(locked).get(key=key)
    if address.is_default:
        _pass_default_on(address)
    address.delete()
