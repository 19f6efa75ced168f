"""Coachwhip: web server and Python application server in one program."""

__version__ = "0.1.0"
