"""The servers of files that ours is compared with, and the configurations they are given."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from bench.places import BUILD, ROOT
from bench.servers import Server, require
from bench.tree import Command

HINT = "install the packages of bench/packages.txt"

NGINX = """\
{user}
worker_processes 1;
worker_rlimit_nofile 20000;
daemon off;
pid {state}/nginx.pid;
error_log {state}/nginx.log crit;
events {{ worker_connections 16000; multi_accept on; }}
http {{
    access_log off;
    sendfile {sendfile};
    tcp_nopush on;
    keepalive_requests 1000000000;
    keepalive_timeout 300;
    open_file_cache max=1000 inactive=60s;
    open_file_cache_valid 60s;
    client_body_temp_path {state}/nginx-body;
    proxy_temp_path {state}/nginx-proxy;
    fastcgi_temp_path {state}/nginx-fastcgi;
    uwsgi_temp_path {state}/nginx-uwsgi;
    scgi_temp_path {state}/nginx-scgi;
    default_type application/octet-stream;
    server {{ listen 127.0.0.1:{port} backlog=4096; root {folder}; }}
}}
"""

H2O = """\
{user}
num-threads: 1
num-name-resolution-threads: 1
max-connections: 16000
http1-request-timeout: 300
tcp-fastopen: 0
pid-file: {state}/h2o.pid
error-log: {state}/h2o.log
hosts:
  default:
    listen:
      host: 127.0.0.1
      port: {port}
    paths:
      "/":
        file.dir: {folder}
        file.send-compressed: OFF
"""

LIGHTTPD = """\
server.document-root = "{folder}"
server.bind = "127.0.0.1"
server.port = {port}
server.max-keep-alive-requests = 1000000000
server.max-keep-alive-idle = 300
server.max-fds = 20000
server.max-connections = 10000
server.listen-backlog = 4096
server.errorlog = "{state}/lighttpd.log"
server.stat-cache-engine = "simple"
mimetype.assign = ( "" => "application/octet-stream" )
"""


def nginx(server: Server, port: int, folder: str) -> Command:
    program = require("/usr/sbin/nginx", HINT)
    sendfile = "off" if "no-sendfile" in server.name else "on"
    user = "user root;" if os.geteuid() == 0 else ""
    config = write("nginx.conf", NGINX, port, folder, user=user, sendfile=sendfile)
    return Command((program, "-c", config, "-e", f"{Path(config).parent}/nginx.log"))


def h2o(server: Server, port: int, folder: str) -> Command:
    program = require("h2o", HINT)
    user = "user: root" if os.geteuid() == 0 else ""
    return Command((program, "-m", "worker", "-c", write("h2o.conf", H2O, port, folder, user=user)))


def lighttpd(server: Server, port: int, folder: str) -> Command:
    program = require("/usr/sbin/lighttpd", HINT)
    return Command((program, "-D", "-f", write("lighttpd.conf", LIGHTTPD, port, folder)))


def write(name: str, template: str, port: int, folder: str, **values: str) -> str:
    """Fills in a configuration and says where it lies."""
    state = BUILD / "servers"
    state.mkdir(parents=True, exist_ok=True)
    file = state / name
    file.write_text(template.format(port=port, folder=ROOT / folder, state=state, **values))
    return str(file)


NGINX_SENDFILE = Server("nginx", nginx)
NGINX_WRITE = Server("nginx-no-sendfile", nginx)
H2O_FILES = Server("h2o", h2o)
LIGHTTPD_FILES = Server("lighttpd", lighttpd)

FILE_PEERS = (NGINX_SENDFILE, NGINX_WRITE, H2O_FILES, LIGHTTPD_FILES)


def versions() -> str:
    """What `dpkg` installed, for the head of a report."""
    command = ["dpkg-query", "-W", "-f", "${Package} ${Version}, ", "nginx", "h2o", "lighttpd"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip(", ") or "unknown"
