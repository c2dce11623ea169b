"""The stories: one verb a file; what they need from outside are keyword-only ports."""
