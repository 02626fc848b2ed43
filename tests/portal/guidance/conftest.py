"""Guide and worksheets at the moment of the tests of order entry."""

from tests.portal.wizard.conftest import client_of_practice, entry, moment

__all__ = ["client_of_practice", "entry", "moment"]
