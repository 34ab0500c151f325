"""Loads the models of every feature, so that the whole schema is known."""

from importlib import import_module
from pathlib import Path

FEATURES = Path(__file__).parent.parent / "features"


def load_all() -> None:
    """Import each features/*/models by its place: nothing here depends on a feature by name."""
    import_module("quizapp.infrastructure.audit")
    import_module("quizapp.infrastructure.mail")
    for path in sorted(FEATURES.glob("*/models*")):
        import_module(f"quizapp.features.{path.parent.name}.models")
