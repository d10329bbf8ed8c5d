from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.utils import translation

FILE = Path(__file__).parents[1] / "docs" / "openapi.yaml"
RENEW = "make openapi"


def generated(**options):
    output, warnings = StringIO(), StringIO()
    with translation.override("en"):
        call_command(
            "spectacular", urlconf="saas.urls", lang="en", validate=True, stdout=output, stderr=warnings, **options
        )
    return output.getvalue()


def test_the_file_says_what_the_code_does():
    assert FILE.read_text("utf-8").strip() == generated().strip(), f"run: {RENEW}"


def test_the_file_holds_the_shoppers_paths():
    text = FILE.read_text("utf-8")
    for path in ("auth/wechat-login", "products/{key}", "cart/items", "checkout/preview", "orders/{number}/pay"):
        assert f"\n  /api/v1/{path}:\n" in text
