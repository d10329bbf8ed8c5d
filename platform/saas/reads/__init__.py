"""Answers of the storefront kept as bytes, in front of Django."""
