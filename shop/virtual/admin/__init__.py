"""Virtual goods in the back office."""

from shop.virtual.admin.cards import CardSecretAdmin
from shop.virtual.admin.codes import ServiceCodeAdmin
from shop.virtual.admin.terms import ServiceTermsAdmin

__all__ = ["CardSecretAdmin", "ServiceCodeAdmin", "ServiceTermsAdmin"]
