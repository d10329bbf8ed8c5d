"""Marketing tools: one folder each, independent of each other. Settings say which of them an installation has."""
