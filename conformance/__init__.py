"""Who meets a contract: plans what to send, drives a server, and judges the history that comes out.

`python -m conformance run VENDOR --target URL` is the way in; `conformance.run.run` is the same for programs.
"""
