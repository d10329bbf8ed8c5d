"""Long work: run once, by one worker, for its user alone, and gone after a week."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from shop.core.auditing import violations
from shop.core.errors import ShopError
from shop.jobs import services
from shop.jobs.kinds import Kind, kinds, register
from shop.jobs.models import Job
from shop.jobs.tasks import run_job
from tenants.context import using_shop
from tenants.due import Again
from tenants.models import Due
from tests.race import Meeting, refused, together
from tests.shop import job_handlers
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.tenants.conftest import open_shops

State = Job.State


@pytest.fixture(autouse=True)
def known_kinds(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(job_handlers, "calls", [])
    for name in ("export", "ask", "refuse", "crash"):
        register(Kind(f"test.{name}", "测试", f"tests.shop.job_handlers.{name}", "catalog.view_product"))
    yield
    for name in ("export", "ask", "refuse", "crash"):
        del kinds[f"test.{name}"]


@pytest.fixture
def sent(monkeypatch):
    messages = []
    monkeypatch.setattr(services.current_app, "send_task", lambda *args, **named: messages.append((args, named)))
    return messages


def upload():
    return ContentFile(b"a,b", name="../目录/商品.CSV")


def due_kinds(job):
    return sorted(Due.objects.filter(ref=job.key).values_list("kind", flat=True))


def test_a_job_is_queued_then_run_and_its_file_is_kept(shop, sent):
    job = services.start("test.export", user=owner(), params={"all": True}, upload=upload())
    assert (job.state, job.upload_name, due_kinds(job)) == ("QUEUED", "商品.CSV", ["jobs.expire", "jobs.run"])
    assert job.upload.startswith(f"{shop.uuid}/jobs/") and job.upload.endswith(".csv")
    assert services.resume(job.key) == Again(20)
    assert sent == [(("shop.jobs.tasks.run_job", (str(shop.uuid), job.key)), {"queue": "jobs", "retry": False})]
    run_job(str(shop.uuid), job.key)
    job.refresh_from_db()
    assert (job.state, job.report, job.result_name, job.runs) == ("DONE", {"rows": 2}, "结果.csv", 1)
    assert storages["private"].open(job.result).read() == b"one,two"
    assert job_handlers.calls == [{"all": True}]
    assert services.resume(job.key) is None
    run_job(str(shop.uuid), job.key)
    assert job_handlers.calls == [{"all": True}]


def test_a_small_job_runs_at_once(shop, sent):
    job = services.start("test.export", user=owner(), at_once=True)
    assert (job.state, sent) == ("DONE", [])


def test_a_waiting_job_runs_again_when_its_user_confirms_once(shop, sent):
    job = services.start("test.ask", user=owner(), params={"a": 1}, at_once=True)
    assert (job.state, job.report) == ("WAITING", {"sure": False})
    services.confirm(job, {"sure": True}, at_once=True)
    assert (job.state, job.report) == ("DONE", {"sure": True})
    with pytest.raises(ShopError) as error:
        services.confirm(job, {"sure": True})
    assert error.value.code == "job_not_waiting"
    assert job_handlers.calls == [{"a": 1}, {"a": 1, "sure": True}]


@pytest.mark.parametrize(("kind", "reason"), [("refuse", "读不懂这个文件"), ("crash", "处理时出了错")])
def test_what_goes_wrong_is_told(shop, sent, kind, reason):
    job = services.start(f"test.{kind}", user=owner(), at_once=True)
    assert job.state == "FAILED" and job.error.startswith(reason)
    assert browser_of(shop, owner()).get(f"/admin/jobs/job/{job.key}/").content.decode().count(job.error) == 1


def test_a_job_whose_worker_dies_each_time_ends(shop, sent):
    job = services.start("test.export", user=owner())
    Job.objects.update(state=State.RUNNING, runs=3)
    assert services.resume(job.key) == Again(20)
    services.run(job.key)
    job.refresh_from_db()
    assert (job.state, job_handlers.calls) == ("FAILED", [])


def test_what_a_handler_finished_is_not_done_again_after_a_crash(shop, sent):
    job = services.start("test.export", user=owner())
    Job.objects.update(state=State.RUNNING, runs=1)
    services.finish(job, services.Outcome({"stored": 1}))
    services.run(job.key)
    job.refresh_from_db()
    assert (job.state, job.report, job_handlers.calls) == ("DONE", {"stored": 1}, [])


def test_a_job_expires_with_its_files(shop, sent):
    job = services.start("test.export", user=owner(), upload=upload(), at_once=True)
    services.expire(job.key)
    assert not Job.objects.exists()
    assert not storages["private"].exists(job.upload) and not storages["private"].exists(job.result)
    services.expire(job.key)


def test_only_its_user_sees_a_job_and_its_files(shop, other_shop, sent):
    clerk, other = make_staff("clerk@example.com", "运营"), make_staff("other@example.com", "运营")
    job = services.start("test.export", user=clerk, upload=upload(), at_once=True)
    paths = [f"/admin/jobs/job/{job.key}/{page}" for page in ("", "progress", "upload", "result")]
    mine = browser_of(shop, clerk)
    assert [mine.get(path).status_code for path in paths] == [200] * 4
    answer = mine.get(paths[3])
    assert b"".join(answer.streaming_content) == b"one,two"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert mine.get(paths[1]).json() == {"running": False, "percent": 100}
    assert mine.get(f"/admin/jobs/job/{job.key}/secrets").status_code == 404
    for user in (other, owner()):
        assert [browser_of(shop, user).get(path).status_code for path in paths] == [404] * 4
    clerk.groups.clear()
    assert [browser_of(shop, clerk).get(path).status_code for path in paths] == [404] * 4
    with using_shop(other_shop):
        stranger = browser_of(other_shop, owner())
    assert [stranger.get(path).status_code for path in paths] == [404] * 4
    assert [browser_of(shop, None).get(path).status_code for path in paths] == [302] * 4


def test_the_list_shows_own_jobs_and_says_where_there_are_none(shop, sent):
    clerk = make_staff("clerk@example.com", "运营")
    services.start("test.export", user=clerk, upload=upload(), at_once=True)
    assert "商品.CSV" in browser_of(shop, clerk).get("/admin/jobs/job/").content.decode()
    empty = browser_of(shop, owner()).get("/admin/jobs/job/").content.decode()
    assert "商品.CSV" not in empty and "还没有导入或导出过" in empty


def test_the_auditor_notices_a_job_that_nobody_will_run(shop, sent):
    job = services.start("test.export", user=owner())
    assert violations()["I19"] == 0
    Due.objects.filter(ref=job.key, kind="jobs.run").delete()
    assert violations()["I19"] == 1
    services.run(job.key)
    assert violations()["I19"] == 0
    Due.objects.filter(ref=job.key, kind="jobs.expire").delete()
    assert violations()["I19"] == 1


@pytest.fixture
def arena(django_db_setup, django_db_blocker):
    with open_shops(django_db_blocker, 1) as (opened,), django_db_blocker.unblock(), using_shop(opened):
        yield opened


@pytest.mark.race
def test_of_many_workers_one_runs_a_job(arena, sent):
    for _time in range(5):
        job = services.start("test.export", user=owner())
        together(arena, *[lambda key=job.key: services.run(key)] * 4)
    assert len(job_handlers.calls) == 5
    assert Job.objects.filter(state=State.DONE, runs=1).count() == 5


@pytest.mark.race
def test_of_many_confirmations_one_counts(arena, sent):
    job = services.start("test.ask", user=owner(), waits=True)
    assert refused(together(arena, *[lambda: services.confirm(Job.objects.get(pk=job.pk), {})] * 4)) == 3


@pytest.mark.race
def test_control_looking_first_and_running_then_runs_twice(arena, sent, monkeypatch):
    def naive(key, looked):
        job = Job.objects.get(key=key)
        if job.is_running:
            looked.wait()
            services._run(job)

    for _time in range(3):
        job, looked = services.start("test.export", user=owner()), Meeting()
        together(arena, *[lambda key=job.key, looked=looked: naive(key, looked)] * 4)
    assert len(job_handlers.calls) > 3
