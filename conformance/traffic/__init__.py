"""Traffic that somebody else sent: recordings and a proxy, read into histories for the same judge."""
