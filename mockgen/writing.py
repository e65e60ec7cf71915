"""`mockgen write`: a server project of its own, from a contract. (Engineer G writes this module and mockgen/templates/ now; engineer M does not need to.)"""
