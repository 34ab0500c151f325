"""A bank that a test may change and load again."""

from pathlib import Path

import pytest

from quizapp.infrastructure.site import Site
from tests.factories.content_sync import BankFolder, sync


@pytest.fixture
def bank(tmp_path: Path, site: Site) -> BankFolder:
    """A copy of the sample bank, loaded once."""
    folder = BankFolder(tmp_path)
    sync(site, folder.root)
    return folder
