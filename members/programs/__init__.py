"""Plans, programs and calendars as dated YAML: read, checked whole, and applied in one transaction."""
