"""Carriers by our code, with WeChat's delivery_id beside the name."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


@dataclass(frozen=True, slots=True)
class Carrier:
    """A carrier's name and the `delivery_id` WeChat knows it by."""

    name: object
    wechat: str
    needs_contact: bool = False


CARRIERS: dict[str, Carrier] = {
    "sf": Carrier(_("顺丰速运"), "SF", needs_contact=True),
    "zto": Carrier(_("中通快递"), "ZTO"),
    "yto": Carrier(_("圆通速递"), "YTO"),
    "sto": Carrier(_("申通快递"), "STO"),
    "yunda": Carrier(_("韵达速递"), "YD"),
    "jd": Carrier(_("京东物流"), "JD"),
    "ems": Carrier(_("邮政 EMS"), "EMS"),
    "jt": Carrier(_("极兔速递"), "JTSD"),
    "deppon": Carrier(_("德邦快递"), "DBL"),
}
CHOICES = [(code, carrier.name) for code, carrier in CARRIERS.items()]
# What needs no carrier is told to WeChat as a parcel all the same.
VIRTUAL = "virtual"
CARRIERS[VIRTUAL] = Carrier(_("无需配送"), "")


def carrier_code(text: str) -> str:
    """Return the code of a carrier named by code, name, WeChat's id or the start of its name; "" when unknown."""
    wanted = text.strip().lower()
    names = {code: _names(carrier) for code, carrier in CARRIERS.items()}
    for code, carrier in CARRIERS.items():
        if wanted and wanted in {code, carrier.wechat.lower(), *names[code]}:
            return code
    starts = [code for code in names if len(wanted) > 1 and any(_starts(name, wanted) for name in names[code])]
    return starts[0] if len(starts) == 1 else ""


def _names(carrier: Carrier) -> set[str]:
    """Return the name in the reader's language and in the shop's."""
    with override(settings.LANGUAGE_CODE):
        own = str(carrier.name).lower()
    return {own, str(carrier.name).lower()}


def _starts(name: str, wanted: str) -> bool:
    return name.startswith(wanted) or (not name.isascii() and wanted.startswith(name[:2]))


def carrier_name(code: str) -> str:
    """Return the name of a carrier; the code of one that is not known any more."""
    carrier = CARRIERS.get(code)
    return str(carrier.name) if carrier else code
