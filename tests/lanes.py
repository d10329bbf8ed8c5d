"""Which tests run side by side when there are several processes (`-n 2`), and which run with the machine to themselves.

Every file is one piece, run in one process over a database of its own. Three pieces are larger. What walks through the
running product in a browser is one, so that the product starts once; what mostly waits for a running product is
another. They are given out first, for they are the longest. What kills processes and measures time is the third; it
comes last, when every other process has ended.
"""

from xdist.scheduler import LoadScopeScheduling

WALKS, WAITS, ALONE = "walks", "waits", "alone"
PLACES = {
    WALKS: ("tests/e2e/", "tests/pages/", "tests/test_mini_program_coverage.py"),
    WAITS: ("tests/faults/test_expiry.py", "tests/faults/test_notices.py"),
    ALONE: ("tests/faults/",),
}


def lane(nodeid):
    """The name of what runs in one piece in one process: a file, or one of the larger pieces."""
    path = nodeid.split("::")[0]
    return next((name for name, places in PLACES.items() if path.startswith(places)), path)


def order(item):
    """Sort by it: files, then the larger pieces, what runs alone last."""
    name = lane(item.nodeid)
    return [WALKS, WAITS, ALONE].index(name) if name in PLACES else -1


class Lanes(LoadScopeScheduling):
    """Gives out what is long, the files in their order, and what runs alone to the process that is left at last."""

    def _split_scope(self, nodeid):
        return lane(nodeid)

    def _assign_work_unit(self, node):
        for name in [name for name in (WAITS, WALKS, ALONE) if name in self.workqueue]:
            self.workqueue.move_to_end(name, last=name == ALONE)  # behind what a process left when it died
        super()._assign_work_unit(node)

    def _reschedule(self, node):
        if list(self.workqueue) != [ALONE] or node.shutting_down or self.nodes == [node]:
            super()._reschedule(node)
        elif not any(other.shutting_down for other in self.nodes) and self._pending_of(self.assigned_work[node]) <= 2:
            node.shutdown()  # runs what it still has, ends its database, and is removed

    def remove_node(self, node):
        crashed = super().remove_node(node)
        if list(self.workqueue) == [ALONE]:
            for other in self.nodes:
                self._reschedule(other)
        return crashed
