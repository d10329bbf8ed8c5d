"""How long services are good for, and what happens to what was not used."""

from typing import Any

from django.forms import ModelChoiceField
from django.http import HttpRequest
from unfold.decorators import display

from shop.catalog.models import Product
from shop.core.admin_base import ServiceForm, ShopModelAdmin
from shop.virtual import services
from shop.virtual.models import ServiceTerms


class TermsForm(ServiceForm):
    """Terms of a service product; a product has one set of terms, which its form is."""

    class Meta:
        model = ServiceTerms
        fields = ("product", "valid_days", "refund_rule")


class ServiceTermsAdmin(ShopModelAdmin):
    """Terms of services. A service without terms has no end, and unused units of it are refunded."""

    form = TermsForm
    list_display = ("product", "validity", "refund_rule")
    list_filter = ("refund_rule",)
    list_select_related = ("product",)
    search_fields = ("product__title", "product__code")
    ordering = ("-pk",)

    @display(description=ServiceTerms._meta.get_field("valid_days").verbose_name, empty_value="—")
    def validity(self, terms: ServiceTerms) -> int | None:
        """Show for how many days a code is good."""
        return terms.valid_days

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer service products only."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(field, ModelChoiceField):
            field.queryset = Product.objects.filter(kind=Product.Kind.SERVICE, archived_at=None).order_by("title")
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the product of terms that exist."""
        return ("product",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: terms are changed; without any, the usual ones hold."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service, which judges."""
        saved = services.save_terms(obj.product, valid_days=obj.valid_days, refund_rule=obj.refund_rule)
        obj.pk, obj._state.adding = saved.pk, False
