"""Exporting the rows of a list."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import action
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from shop.core import audit
from shop.core.admin_base import actor_of
from shop.jobs import services
from shop.jobs.admin import job_address
from shop.jobs.exporting import MOST_ROWS
from shop.jobs.tables import kind_of

AT_ONCE = 500


class ExportAdmin:
    """Mixed into the page of a model that has a table: actions that export the chosen rows, audited."""

    @action(description=_("导出为 Excel"), permissions=["view"])
    def export_rows(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Export the chosen rows as XLSX."""
        return self.export(request, rows, "xlsx")

    @action(description=_("导出为 CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
        """Export the chosen rows as CSV."""
        return self.export(request, rows, "csv")

    def export(self, request: HttpRequest, rows: QuerySet[Any], file_format: str) -> HttpResponse | None:
        """Start the export (another format than `csv` means XLSX) and go to its page; None when there are too many."""
        model = self.opts.label_lower  # type: ignore[attr-defined]
        keys = list(rows.values_list("pk", flat=True)[: MOST_ROWS + 1])
        if len(keys) > MOST_ROWS:
            messages.error(request, str(_("一次最多导出 50000 条，请先筛选")))
            return None
        params = {"model": model, "rows": keys, "format": "csv" if file_format == "csv" else "xlsx"}
        with transaction.atomic():
            job = services.start(kind_of(model), user=request.user, params=params)
            audit.record(
                actor=actor_of(request),
                action="export",
                target=job,
                after={"model": model, "rows": len(keys)},
                request=request,
            )
        if len(keys) <= AT_ONCE:
            services.run(job.key)
        return HttpResponseRedirect(job_address(job))
