"""What time is it? `/ctime.py` gives the server's time, `/ctime.py?timezone=e8` that of UTC+8.

The answer is a plain string, as in the first version of this script. Strictly, WSGI wants an
iterable of bytes; coachwhip takes the string as one piece of UTF-8 text and says so once in its
log (with `--strict-wsgi` it refuses). `sayhello.py` shows the correct form.
"""

import time
from urllib.parse import parse_qs

EIGHT_HOURS = 8 * 60 * 60


def application(environ, start_response):
    query = parse_qs(environ.get("QUERY_STRING", ""))
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    if query.get("timezone") == ["e8"]:
        return time.asctime(time.gmtime(time.time() + EIGHT_HOURS))
    return time.ctime()
