"""Rosters of members and providers: the columns as data, a pure parser, and one transaction that applies."""
