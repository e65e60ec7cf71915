"""`specs docs` and `specs show`: contracts as pages, pictures and lines for people."""
