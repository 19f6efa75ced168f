"""inline.py SERVER PORT MODULE:NAME WORKERS: serves by FastPySGI or bjoern, from their own API."""

import importlib
import os
import sys

server, port, target, workers = sys.argv[1:]
module, _, name = target.partition(":")
application = getattr(importlib.import_module(module), name)

if server == "fastpysgi":
    import fastpysgi

    fastpysgi.server.backlog = 4096
    fastpysgi.server.tcp_nodelay = 1  # without it, pipelined answers wait 40 ms for each other
    fastpysgi.run(application, host="127.0.0.1", port=int(port), workers=int(workers))
else:
    import bjoern

    bjoern.listen(application, "127.0.0.1", int(port), listen_backlog=4096)
    for _ in range(int(workers) - 1):
        if os.fork() == 0:
            break
    bjoern.run()
