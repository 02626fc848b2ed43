"""Resources for everybody signed in: lookups, checklists and guides; no page shows a member or an order."""
