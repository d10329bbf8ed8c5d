"""Chromium, and one running product, for everything that looks at pages."""

from tests.e2e.conftest import browser, compiled, product  # noqa: F401
