"""The small shop that the guards over all routes walk through."""

from tests.factories.world import world

__all__ = ["world"]
