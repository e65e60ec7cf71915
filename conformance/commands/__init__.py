"""One file for each family of commands; `conformance.__main__` has the table, and loads a file with its command."""
