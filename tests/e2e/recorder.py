"""What of the mini-program's source runs in a page, as V8 counts it; its tests/coverage.mjs makes a report of that."""

import json
from pathlib import Path


def records_of(build):
    """Where the records of a build's runs lie."""
    return Path(build).parent / "records"


class Recorder:
    """Counts from the moment it is made; `keep` before every new load of the page, which forgets."""

    def __init__(self, page, build):
        self.folder = records_of(build)
        self.session = page.context.new_cdp_session(page)
        self.session.send("Profiler.enable")
        self.session.send("Profiler.startPreciseCoverage", {"callCount": False, "detailed": True})

    def keep(self):
        """Write down what has run since the last time."""
        counted = self.session.send("Profiler.takePreciseCoverage")["result"]
        own = [script for script in counted if script["url"].partition("?")[0].endswith("/app.js")]
        if own:
            self.folder.mkdir(exist_ok=True)
            name = f"{len(list(self.folder.iterdir())):04d}.json"
            (self.folder / name).write_text(json.dumps(own), "utf-8")
