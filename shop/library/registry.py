"""What apps above say about where they show assets; no models, so that AppConfig.ready() may use it."""

columns: dict[tuple[str, str], None] = {}
histories: dict[str, None] = {}


def shown_in_column(model: str, column: str) -> None:
    """Let the rows of `model` (`app.Model`) whose text or JSON `column` names an asset count as its uses."""
    columns[(model, column)] = None


def shown_by_history(path: str) -> None:
    """Let the function at the dotted `path` say which of given storage names past records still show (list -> set)."""
    histories[path] = None
