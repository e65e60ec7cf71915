"""One file for each family of commands that is more than a few lines; `conformance.__main__` names them."""
