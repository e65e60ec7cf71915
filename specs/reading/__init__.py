"""What the reader of a folder is made of: rows, documents, variants, and everything that can be wrong with them.

`specs.loading` puts these together into a contract. Importers and judges read single places of a document with the same
functions.
"""
