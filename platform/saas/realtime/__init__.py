"""Stock in real time: a process of its own that tells shoppers' clients what is left."""
