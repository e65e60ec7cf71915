"""A report as one HTML page that people open, filter and print: nothing of it is fetched, and all of it is escaped."""
