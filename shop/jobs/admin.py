"""Jobs in the back office: one's own, with progress, report and files."""

from typing import Any

from django.core.files.storage import storages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.decorators import display

from shop.core.admin_base import ReadOnlyAdmin
from shop.jobs import progress
from shop.jobs.models import Job

STATE_COLOURS = {"QUEUED": "info", "RUNNING": "info", "WAITING": "warning", "DONE": "success", "FAILED": "danger"}


def job_address(job: Job) -> str:
    """Return the address of a job's page."""
    return reverse("admin:jobs_job_page", args=[job.key])


def own_job(request: HttpRequest, key: str, kind: str | None = None) -> Job:
    """Return a job of the user who asks; 404 for anybody else's, and for one of another kind."""
    jobs = Job.objects.of(request.user)
    job = jobs.filter(key=key, kind=kind).first() if kind else jobs.filter(key=key).first()
    if job is None:
        raise Http404
    return job


class JobAdmin(ReadOnlyAdmin):
    """What the user imported and exported in the last seven days."""

    list_display = ("what", "state_label", "file", "created_at")
    list_display_links = None
    list_filter = ("state",)
    ordering = ("-pk",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may anything at all: everybody sees own jobs only."""
        user: Any = request.user
        return bool(user.is_active and (user.is_owner or user.get_all_permissions()))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the user's own jobs."""
        return Job.objects.of(request.user)

    def get_urls(self) -> list[Any]:
        """Return the pages of one job; the usual ones go by number and are not used."""
        own = [
            path("<str:key>/", self.admin_site.admin_view(self.job_page), name="jobs_job_page"),
            path("<str:key>/progress", self.admin_site.admin_view(self.progress_page), name="jobs_job_progress"),
            path("<str:key>/<str:which>", self.admin_site.admin_view(self.file_page), name="jobs_job_file"),
        ]
        return [url for url in super().get_urls() if url.name == "jobs_job_changelist"] + own

    def job_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Return the page of a job: progress, then the report of its kind."""
        job = own_job(request, key)
        about = job.about
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": about.title if about else job.kind,
            "job": job,
            "progress": percentage(job),
        }
        template = about.template if about and not job.is_running else "admin/jobs/job.html"
        return TemplateResponse(request, template, context)

    def progress_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Return how far a job is, as JSON."""
        job = own_job(request, key)
        return never_cache(lambda _request: JsonResponse({"running": job.is_running, "percent": percentage(job)}))(
            request
        )

    def file_page(self, request: HttpRequest, key: str, which: str) -> FileResponse:
        """Return the job's `upload` or `result`."""
        job = own_job(request, key)
        files = {"upload": (job.upload, job.upload_name), "result": (job.result, job.result_name)}
        stored, name = files.get(which, ("", ""))
        if not stored:
            raise Http404
        try:
            return FileResponse(storages["private"].open(stored), as_attachment=True, filename=name)
        except FileNotFoundError:
            raise Http404 from None

    @display(description=_("任务"), header=True)
    def what(self, job: Job) -> list[Any]:
        """Show kind and uploaded file, leading to the job's page."""
        title = job.about.title if job.about else job.kind
        return [format_html('<a class="weipu-link" href="{}">{}</a>', job_address(job), title), job.upload_name]

    @display(description=_("状态"), label=STATE_COLOURS)
    def state_label(self, job: Job) -> tuple[str, str]:
        """Show the state."""
        return job.state, job.get_state_display()

    @display(description=_("结果文件"))
    def file(self, job: Job) -> str:
        """Show a link to what came out."""
        if not job.result:
            return "—"
        address = reverse("admin:jobs_job_file", args=[job.key, "result"])
        return format_html('<a class="weipu-link" href="{}">{}</a>', address, job.result_name)


def percentage(job: Job) -> int:
    """Return how far a job is, in percent."""
    if not job.is_running:
        return 100
    done, total = progress.of(job.key)
    return min(99, done * 100 // total) if total else 0
