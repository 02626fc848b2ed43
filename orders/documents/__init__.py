"""Files that people add to a case: what they are, whether they are clean, and where they lie (D-59)."""
