"""Fast answers, but 200 ms of waiting (as for a database) on /slow."""

import time

import hello

SLOW_SECONDS = 0.2


def wsgi(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        time.sleep(SLOW_SECONDS)
    return hello.wsgi(environ, start_response)
