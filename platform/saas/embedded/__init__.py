"""The one-command runtime: PostgreSQL, Redis, simulators and the product's processes under one supervisor (Linux)."""
