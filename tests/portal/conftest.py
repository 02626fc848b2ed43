"""Fixtures that several files of this folder share."""

from tests.portal.access.world import world

__all__ = ["world"]
