"""The suite as pytest tests: `pytest -p conformance.plugin --pyargs conformance.checks --vendor VENDOR --target URL`.

A package of its own, so that pytest finds it by name and never by accident in a project's own test folders.
"""
