"""Carriers by our code, with WeChat's delivery_id beside the name."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


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
    "deppon": Carrier(_("德邦快递"), "DB"),
}
CHOICES = [(code, carrier.name) for code, carrier in CARRIERS.items()]
