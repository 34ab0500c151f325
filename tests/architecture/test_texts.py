"""Every text of the pages is in the catalog that translators start from."""

from tests.tools import translations


def test_the_message_catalog_is_up_to_date() -> None:
    assert translations.TEMPLATE.read_bytes() == translations.collected(), (
        "run `make translations` and commit the catalog"
    )
