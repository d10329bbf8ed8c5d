"""The demonstration: two shops, their goods, pictures drawn by the project itself, and a few orders."""
