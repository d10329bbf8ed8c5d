"""Activities of the demonstration beside flash sales: what runs in each shop whenever it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Deal:
    """One activity. `prices`: SKU code → yuan, or the details of an item; gifts in the rule are SKU codes;
    `goods`: codes of the products that it is for.

    `begun_by` is the nickname of the shopper who opens a group or launches a bargain in it, `helped_by` who cuts.
    """

    tool: str
    title: str
    rule: Mapping[str, Any] = field(default_factory=dict)
    prices: Mapping[str, str | Mapping[str, Any]] = field(default_factory=dict)
    is_for_all: bool = False
    goods: tuple[str, ...] = ()
    most_per_member: int = 0
    begun_by: str = ""
    helped_by: tuple[str, ...] = ()


_GROUP = {"when_full": "OPEN", "virtual_share": 0, "shows_groups": True, "leader_reward": None}
DEALS: Mapping[str, tuple[Deal, ...]] = {
    "demo-home": (
        Deal("limited_discount", "立冬暖被周", prices={"JJ-102-1": "399.00", "JJ-102-2": {"discount_bp": 1_500}}),
        Deal(
            "full_reduction",
            "满减送好皂",
            rule={
                "unit": "fen",
                "times": 1,
                "tiers": [
                    {"threshold": 29_900, "minus": 3_000},
                    {"threshold": 59_900, "minus": 8_000, "gifts": [{"sku": "JJ-204-1", "quantity": 1}]},
                ],
            },
            is_for_all=True,
        ),
        Deal(
            "ladder_price",
            "杯子花瓶一起带",
            rule={"unit": "units", "tiers": [{"threshold": 2, "share": 1_000}, {"threshold": 3, "share": 1_500}]},
            goods=("JJ-304", "JJ-404"),
        ),
        Deal(
            "group_buy",
            "毛巾一起买",
            rule={"sizes": [2, 5], "hours": 72, **_GROUP},
            prices={
                "JJ-201-1": {"prices": [5_500, 4_900]},
                "JJ-201-2": {"prices": [5_500, 4_900]},
                "JJ-201-3": {"prices": [5_500, 4_900]},
            },
            most_per_member=2,
            begun_by="周末做饭",
        ),
        Deal(
            "bargain",
            "台灯砍一刀",
            rule={"helpers": 5, "hours": 72, "pay_hours": 24, "any_price": False, "most_helps": 0},
            prices={"JJ-401-1": "99.00", "JJ-401-2": "99.00"},
            begun_by="林间小路",
            helped_by=("晨曦", "何加"),
        ),
        Deal(
            "bundle",
            "两人餐桌",
            rule={"price": 15_900},
            prices={"JJ-301-1": {"quantity": 2}, "JJ-303-1": {"quantity": 2}, "JJ-308-2": {"quantity": 1}},
        ),
        Deal(
            "add_on",
            "加价换购",
            rule={"threshold": 19_900},
            prices={"JJ-203-1": "19.90", "JJ-105-1": "39.00"},
            is_for_all=True,
        ),
    ),
    "demo-tea": (
        Deal("limited_discount", "白茶上新", prices={"CD-104-1": "108.00", "CD-104-2": {"discount_bp": 1_000}}),
        Deal(
            "full_reduction",
            "满额送山楂条",
            rule={
                "unit": "fen",
                "times": 1,
                "tiers": [
                    {"threshold": 12_900, "minus": 1_000},
                    {"threshold": 19_900, "minus": 2_500, "gifts": [{"sku": "CD-306-1", "quantity": 1}]},
                ],
            },
            is_for_all=True,
        ),
        Deal(
            "ladder_price",
            "茶点多买多省",
            rule={"unit": "units", "tiers": [{"threshold": 2, "share": 1_000}, {"threshold": 3, "share": 1_500}]},
            goods=("CD-301", "CD-303"),
        ),
        Deal(
            "group_buy",
            "蛋黄酥两人团",
            rule={"sizes": [2], "hours": 72, **_GROUP},
            prices={"CD-304-1": {"prices": [4_500]}, "CD-304-2": {"prices": [6_200]}},
            most_per_member=2,
            begun_by="素清",
        ),
        Deal(
            "bargain",
            "盖碗砍一刀",
            rule={"helpers": 4, "hours": 72, "pay_hours": 24, "any_price": True, "most_helps": 0},
            prices={"CD-202-1": "59.00", "CD-202-2": "59.00"},
            begun_by="木木",
            helped_by=("汤圆不圆",),
        ),
        Deal(
            "bundle",
            "一壶两盏",
            rule={"price": 31_900},
            prices={"CD-201-1": {"quantity": 1}, "CD-204-2": {"quantity": 1}, "CD-203-1": {"quantity": 1}},
        ),
        Deal(
            "add_on",
            "加价换点心",
            rule={"threshold": 8_800},
            prices={"CD-302-1": "16.00", "CD-306-2": "9.90"},
            is_for_all=True,
        ),
    ),
}
