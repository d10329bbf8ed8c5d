import platform
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_platform_is_the_standard_librarys():
    assert platform.system()
    assert not (ROOT / "platform" / "__init__.py").exists()


@pytest.mark.parametrize(("given", "told"), [("PORT=9000", ["--port", "9000"]), ("PORT=", [])])
def test_a_demonstration_starts_at_the_port_that_is_asked_for(given, told):
    said = subprocess.run(["make", "-n", "demo", given], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.split("manage.py up ")[1].split() == ["--demo", *told]
