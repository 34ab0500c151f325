"""Background work on corrections that touch many attempts."""

from quizapp.features.grading.commands import correcting
from quizapp.infrastructure.site import Site


def apply_correction(site: Site, correction_id: int) -> None:
    """Apply a correction in slices short enough for others to write between."""
    while site.perform(correcting.apply_slice, correction_id):
        pass


def undo_correction(site: Site, correction_id: int) -> None:
    """Take a correction back in such slices."""
    while site.perform(correcting.undo_slice, correction_id):
        pass
