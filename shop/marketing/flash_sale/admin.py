"""The pages of flash sales."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from shop.core.admin_base import Change, SingleObjectAdmin, actor_of
from shop.core.errors import ShopError
from shop.marketing.flash_sale.forms import FlashSaleForm, RepeatForm
from shop.marketing.flash_sale.models import CODE, Reminder, ReminderSettings
from shop.marketing.flash_sale.services import repeat_session
from shop.members.messages import sent_words
from shop.promotions.admin import ActivityAdmin
from shop.promotions.admin.reading import Link
from shop.promotions.models import Activity
from shop.promotions.services import publish_activity

HOURS = 2  # how long a new session lasts unless something else is typed


class FlashSaleAdmin(ActivityAdmin):
    """Flash sales."""

    tool = CODE
    form = FlashSaleForm
    price_title = _("秒杀价")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what a new session begins with: two hours from the next full hour."""
        begins = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        window = {"starts_at": begins, "ends_at": begins + timedelta(hours=HOURS)}
        return {**super().get_changeform_initial_data(request), **window}

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with that of more sessions."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_repeat"
        return [path("<int:pk>/repeat/", self.admin_site.admin_view(self.repeat_view), name=name), *super().get_urls()]

    def links(self, request: HttpRequest, activity: Activity) -> list[Link]:
        """Return the way to more sessions."""
        may = self.has_add_permission(request)
        return [(_("再排场次"), self.page("repeat", activity.pk), "event_repeat")] if may else []

    def repeat_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for when the session comes again, or make those sessions and go to the list."""
        activity = self._activity(request, str(pk))
        if not self.has_add_permission(request):
            raise PermissionDenied
        begins = localtime(activity.starts_at)
        first = {"day": localtime(timezone.now()).date() + timedelta(days=1), "clocks": begins.strftime("%H:%M")}
        form = RepeatForm(request.POST or None, initial=first)
        if request.method == "POST" and form.is_valid() and self._repeated(request, activity, form):
            return HttpResponseRedirect(self.page("changelist"))
        context = {
            **self._frame(request, activity),
            "title": _("再排场次"),
            "form": form,
            "shown": self.shown_as_stored(activity),
        }
        return TemplateResponse(request, "admin/flash_sale/repeat.html", context)

    def _repeated(self, request: HttpRequest, activity: Activity, form: RepeatForm) -> bool:
        """Make the sessions, all or none of them; what is refused stands in the form."""
        values = form.cleaned_data
        try:
            with transaction.atomic():
                made = repeat_session(activity, starts=values["starts"])
                for session in made:
                    self.record(request, session, "add", Change({}, self.document(session)))
                    if values["publishes"]:
                        publish_activity(session, actor=actor_of(request))
                        self.record(request, session, "activity.publish", Change({"state": "DRAFT"}, {"state": "ON"}))
        except ShopError as error:
            form.add_error(None, str(error.message))
            return False
        told = _("已发布 %(count)d 场") if values["publishes"] else _("已排好 %(count)d 场，发布后到点自动开始")
        messages.success(request, told % {"count": len(made)})
        return True


class ReminderSettingsAdmin(SingleObjectAdmin):
    """The message that tells members of a flash sale."""

    fields = ("template", "title_field", "time_field", "note_field", "sent")
    readonly_fields = ("sent",)

    def sent(self, settings: ReminderSettings) -> Any:
        """Say whether anything is sent, and what became of it."""
        if not settings.template:
            return _("没有填模板编号，买家看不到“提醒我”")
        return sent_words(Reminder.objects.exclude(template=""))

    sent.short_description = _("发送情况")  # type: ignore[attr-defined]
