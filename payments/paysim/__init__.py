"""A payment provider on this machine: real HTTP, its own keys and its own book of what was charged and refunded."""
