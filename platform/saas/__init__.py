"""The project: settings, entry points and what runs it on one machine."""

from saas.celery import app as celery_app

__all__ = ["celery_app"]
