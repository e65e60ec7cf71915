"""`mockgen write`: a server project of its own from a contract, for an owner who reads, changes and keeps it.

Static modules come from `mockgen/templates/`, what a vendor documents becomes Python literals and one function an
operation, and what this vendor does not need is left out, down to the single function.
"""

from mockgen.writing.project import files, write

__all__ = ["files", "write"]
