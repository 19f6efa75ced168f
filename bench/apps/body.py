"""A body of 10 KiB: what a small page weighs."""

BODY = b"x" * 10_240


def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]
