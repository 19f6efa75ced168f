"""The application that a WSGI server looks for: `coachwhip app:app`."""

from framework import Application
from urls import urls
from views import not_found

app = Application(urls, not_found)
