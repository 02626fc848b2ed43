"""Settings for looking at the style page by hand: the portal's, with its addresses instead of ours."""

from portal.settings import *  # noqa: F403
from portal.settings import MIDDLEWARE

ROOT_URLCONF = "tests.portal.style.page"
# The page has no database behind it.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith(("portal.", "axes."))]
