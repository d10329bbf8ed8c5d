"""What jobs of the kinds used in tests do."""

from shop.core.errors import ShopError
from shop.jobs.kinds import Outcome

calls = []


def export(job, progress):
    calls.append(dict(job.params))
    progress(1, 2)
    return Outcome({"rows": 2}, b"one,two", "结果.csv")


def ask(job, progress):
    calls.append(dict(job.params))
    return Outcome({"sure": bool(job.params.get("sure"))}, waits=not job.params.get("sure"))


def refuse(job, progress):
    raise ShopError("file_invalid", "读不懂这个文件")


def crash(job, progress):
    raise ZeroDivisionError
