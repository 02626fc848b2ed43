"""Values that no honest person types, through every field of every step of order entry (G-41)."""
