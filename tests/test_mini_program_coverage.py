"""How much of the mini-program's source ran in Chromium; comes after everything that opens it there."""

import shutil
import subprocess
from hashlib import sha256

import pytest

from tests.e2e.driver import REPOSITORY
from tests.e2e.recorder import records_of

LEAST = 82  # per cent of the lines
REPORT = REPOSITORY / "test-results" / "mini-program" / "coverage"


def test_most_of_the_source_ran(tmp_path_factory):
    found = {build.resolve() for build in tmp_path_factory.getbasetemp().glob("h5*/build")}
    builds = [build for build in found if records_of(build).is_dir()]
    if not builds:
        pytest.skip("nothing opened the mini-program in this run")
    assert len({sha256((build / "app.js").read_bytes()).digest() for build in builds}) == 1, "they ran different builds"
    records = [records_of(build) for build in builds]
    command = [shutil.which("node"), "tests/coverage.mjs", builds[0], REPORT, str(LEAST), *records]
    folder = REPOSITORY / "miniprogram_template"
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
