"""Jobs: what was asked, how far it is, what came out."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel, ShopQuerySet
from shop.core.models import User
from shop.jobs.kinds import Kind, kinds
from tenants.models import new_key


class JobQuerySet(ShopQuerySet):
    """Reads of jobs."""

    def of(self, user: Any) -> "JobQuerySet":
        """Jobs that this user started and may still have."""
        permitted = [kind.code for kind in kinds.values() if user.has_perm(kind.permission)]
        return self.filter(user=user.pk, kind__in=permitted)

    def unfinished(self) -> "JobQuerySet":
        """Jobs that a worker has to do."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


class Job(ShopModel):
    """Work for one user: `params` in, `report` and perhaps a file out. Files are private; both expire with the row."""

    class State(models.TextChoices):
        QUEUED = "QUEUED", _("排队中")
        RUNNING = "RUNNING", _("处理中")
        WAITING = "WAITING", _("待确认")
        DONE = "DONE", _("已完成")
        FAILED = "FAILED", _("未完成")

    key = models.CharField(max_length=16, default=new_key, editable=False)
    kind = models.CharField(_("类型"), max_length=40)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.QUEUED)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, db_index=False, related_name="+", verbose_name=_("操作人")
    )
    params = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    error = models.CharField(_("原因"), max_length=400, blank=True, default="")
    language = models.CharField(max_length=10)
    upload = models.CharField(max_length=200, blank=True, default="")
    upload_name = models.CharField(_("文件"), max_length=200, blank=True, default="")
    result = models.CharField(max_length=200, blank=True, default="")
    result_name = models.CharField(_("结果文件"), max_length=200, blank=True, default="")
    runs = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("开始时间"), db_default=Now())
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("导入导出记录")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="job_key_unique"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(state__in=["WAITING", "DONE", "FAILED"]),
                name="job_finished_in_a_final_state",
            ),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="job_of_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def about(self) -> Kind | None:
        """Return the job's kind; None when its app is gone."""
        return kinds.get(self.kind)

    @property
    def is_running(self) -> bool:
        """Return whether a worker still has to do something."""
        return self.state in {self.State.QUEUED, self.State.RUNNING}
