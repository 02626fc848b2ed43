"""The portal's settings with a switch in front that kills the web server where a request says so."""

from __future__ import annotations

from portal.settings import *  # noqa: F403
from portal.settings import MIDDLEWARE as PORTAL_MIDDLEWARE

MIDDLEWARE = ["tools.faults.switch.KillSwitch", *PORTAL_MIDDLEWARE]
