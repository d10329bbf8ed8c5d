"""The Celery task that runs a job. It has a queue of its own: long work must not keep payments waiting."""

from celery import shared_task

from shop.jobs import services

TIME_LIMIT = 900


# Not acknowledged late: the job's due-row sends it again, and the broker would after five minutes.
@shared_task(time_limit=TIME_LIMIT, soft_time_limit=TIME_LIMIT - 30, acks_late=False)
def run_job(shop: str, key: str) -> None:
    """Run one job of the shop (uuid as text)."""
    services.run(key)
