"""Documents as PDF: a printing process of their own, and what it printed, kept by content."""
