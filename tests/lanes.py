"""Which tests run side by side when there are several processes (`-n 2`), and which run with the machine to themselves.

Every file is one piece, run in one process over a database of its own. What starts the whole product, measures time or
kills processes is one piece too: it comes last, when every other process has ended, in the order of one process.
"""

from xdist.scheduler import LoadScopeScheduling

ALONE = "alone"
PLACES = ("tests/e2e/", "tests/faults/", "tests/pages/", "tests/test_mini_program_coverage.py")


def lane(nodeid):
    """The name of what runs in one piece in one process: a file, or all that runs alone."""
    path = nodeid.split("::")[0]
    return ALONE if path.startswith(PLACES) else path


def order(item):
    """Sort by it: what runs alone behind the rest."""
    return lane(item.nodeid) == ALONE


class Lanes(LoadScopeScheduling):
    """Gives out the files in their order, and what runs alone to the process that is left at last."""

    def _split_scope(self, nodeid):
        return lane(nodeid)

    def _assign_work_unit(self, node):
        if ALONE in self.workqueue:
            self.workqueue.move_to_end(ALONE)  # behind what a process left when it died
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
