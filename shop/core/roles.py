"""Roles of a shop's staff: what each may, deny by default."""

from django.apps import apps
from django.contrib.auth.models import Group, Permission

VIEW_CHANGE = ("view", "change")
VIEW_ADD_CHANGE = ("view", "add", "change")
ALL = ("view", "add", "change", "delete")

# role -> {app.model: verbs}. The owner (`User.is_owner`, 店主) holds no role and may everything. SKUs, pictures and
# attributes are parts of a product: whoever may change the product may change them.
ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    "运营": {
        "catalog.category": ALL,
        "catalog.brand": ALL,
        "catalog.tag": ALL,
        "catalog.guarantee": ALL,
        "catalog.spectemplate": ALL,
        "catalog.attributetemplate": ALL,
        "catalog.product": VIEW_ADD_CHANGE,
        "library.asset": ALL,
        "decoration.homeitem": ALL,
        "agreements.agreement": VIEW_CHANGE,
        "search.searchcount": ("view",),
        "search.synonymgroup": ALL,
        "search.hotword": ALL,
        "search.dictionaryword": ALL,
        "reviews.review": VIEW_CHANGE,
        "reviews.reviewsettings": VIEW_CHANGE,
        "virtual.cardsecret": VIEW_ADD_CHANGE,
        "virtual.servicecode": ("view",),
        "virtual.serviceterms": VIEW_ADD_CHANGE,
        "orders.order": ("view", "reprice"),
        "aftersale.aftersale": ("view",),
        "members.member": VIEW_CHANGE,
        "members.level": ALL,
        "ledgers.ledgerentry": ("view",),
        "inventory.stockitem": ("view",),
        "inventory.stockmove": ("view",),
        "pricing.freightrule": VIEW_CHANGE,
        "core.shopsettings": VIEW_CHANGE,
    },
    "客服": {
        "orders.order": VIEW_ADD_CHANGE,
        "aftersale.aftersale": ("view", "decide"),
        "members.member": ("view",),
        "ledgers.ledgerentry": ("view",),
        "catalog.product": ("view",),
        "reviews.review": VIEW_CHANGE,
        "fulfilment.package": ("view",),
        "virtual.cardsecret": ("view",),
        "virtual.servicecode": ("view", "redeem"),
    },
    "仓库": {
        "orders.order": ("view",),
        "aftersale.aftersale": ("view",),
        "fulfilment.package": VIEW_ADD_CHANGE,
        "inventory.stockitem": VIEW_CHANGE,
        "inventory.stockmove": ("view",),
        "inventory.reservation": ("view",),
        "inventory.countsheet": VIEW_ADD_CHANGE,
        "catalog.product": ("view",),
        "virtual.servicecode": ("view", "redeem"),
    },
    "财务": {
        "orders.order": ("view",),
        "aftersale.aftersale": ("view", "decide"),
        "payments.payment": ("view",),
        "payments.refund": ("view", "add"),
        "virtual.cardsecret": ("view",),
        "virtual.servicecode": ("view",),
        "payments.account": VIEW_CHANGE,
    },
}


def _all_roles() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the roles with what the apps of this installation add to them (`roles` of their AppConfig)."""
    found = {role: dict(rights) for role, rights in ROLES.items()}
    for config in apps.get_app_configs():
        for role, rights in getattr(config, "roles", {}).items():
            found[role] |= {f"{config.label}.{model}": verbs for model, verbs in rights.items()}
    return found


def seed_roles() -> None:
    """Write the roles and their permissions; permissions of models that are not installed are left out."""
    for role, rights in _all_roles().items():
        group, _ = Group.objects.get_or_create(name=role)
        wanted = [
            permission
            for label, verbs in rights.items()
            for permission in Permission.objects.filter(
                content_type__app_label=label.split(".")[0],
                codename__in=[f"{verb}_{label.split('.')[1]}" for verb in verbs],
            )
        ]
        group.permissions.set(wanted)
