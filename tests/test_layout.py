import platform
from pathlib import Path


def test_platform_is_the_standard_librarys():
    assert platform.system()
    assert not (Path(__file__).parents[1] / "platform" / "__init__.py").exists()
