"""Hypothesis for the rules: no deadline per example, since other work may share the machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("rules", deadline=None, max_examples=100)
settings.load_profile("rules")
