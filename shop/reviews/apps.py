"""What shoppers say."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shop.jobs.tables import Table, register_table
from tenants import subscriptions


class ReviewsConfig(AppConfig):
    """What shoppers say."""

    name = "shop.reviews"
    verbose_name = _("评价")

    def ready(self) -> None:
        """Register the due kinds, events and spreadsheet of this app."""
        register_table(Table("reviews.review", _("评价"), "shop.reviews.export"))
        subscriptions.handle("reviews.check", "shop.reviews.services.deciding.check_review")
        subscriptions.handle("reviews.check_addition", "shop.reviews.services.deciding.check_addition")
        subscriptions.handle("reviews.invite", "shop.reviews.tasks.send_invitation")
        subscriptions.handle("reviews.auto", "shop.reviews.tasks.note_nothing_written")
        subscriptions.subscribe("order.completed", "shop.reviews.receivers.on_order_completed")
        subscriptions.subscribe("member.erased", "shop.reviews.receivers.on_member_erased")
