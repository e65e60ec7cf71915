"""One module a vendor: the only Python in this distribution that may name one."""
