"""Finding products."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class SearchConfig(AppConfig):
    """Finding products."""

    name = "shop.search"
    verbose_name = _("搜索")

    def ready(self) -> None:
        """Keep the vocabulary after the commit of what changed it."""
        subscriptions.handle("search.vocabulary", "shop.search.vocabulary.refresh")
        subscriptions.handle("search.elasticsearch", "shop.search.elasticsearch.push")
