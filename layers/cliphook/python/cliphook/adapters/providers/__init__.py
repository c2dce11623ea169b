"""The providers: a page each, and a table of their rows."""
