"""Hello by Flask, as its own documentation shows it."""

from flask import Flask

wsgi = Flask(__name__)


@wsgi.route("/")
def hello() -> str:
    return "Hello, World!"
