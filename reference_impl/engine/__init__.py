"""The one engine behind every facade: models, scorers, tables, objects, jobs. It knows no vendor."""
