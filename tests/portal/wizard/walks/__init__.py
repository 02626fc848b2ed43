"""Back and forth through order entry in any order, beside a small model of what must be kept (G-47)."""
