"""nginx and HAProxy as an operator would set them up for the same job, one worker each.

"bare" forwards and nothing else. "full" does what can be done there of the gateway's work: knows callers by a key, allows by method and
path, limits, adds the upstream credential, and writes a JSON access log.
"""

from pathlib import Path

from processes import Program, free_port, until_answers

NGINX = """
daemon off; worker_processes 1; pid {dir}/nginx.pid; error_log {dir}/nginx.err;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; client_body_temp_path {dir}; proxy_temp_path {dir};
  fastcgi_temp_path {dir}; uwsgi_temp_path {dir}; scgi_temp_path {dir};
  upstream jira {{ server {upstream}; keepalive 64; keepalive_requests 100000000; }}
  {http}
  server {{
    listen 127.0.0.1:{port};
    location / {{ {location}
      proxy_pass http://jira; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering on; }}
  }}
}}
"""

NGINX_FULL_HTTP = """
  map_hash_bucket_size 256;
  log_format json escape=json '{"at":"$time_iso8601","client":"$client","method":"$request_method","path":"$uri","status":$status,"bytes":$bytes_sent,"seconds":$request_time,"upstream":"$upstream_status","id":"$request_id"}';
  map $http_authorization $client { default ""; "%s" "release-automation"; %s }
  map "$client $request_method $uri" $allowed { default 0; "~^[a-z0-9-]+ GET /rest/api/3/" 1; }
  limit_req_zone $client zone=clients:1m rate=1000000r/s;
"""

NGINX_FULL_LOCATION = """
      if ($client = "") { return 401; } if ($allowed = 0) { return 403; }
      limit_req zone=clients burst=100000 nodelay; access_log %s/access.json json buffer=64k flush=1s;
      proxy_set_header Authorization "Bearer upstream-token-for-measuring"; proxy_set_header X-Request-Id $request_id;
"""

HAPROXY = """
global
  nbthread 1
  log stdout format raw local0 info
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
  option http-keep-alive
frontend in
  bind 127.0.0.1:{port}
  {frontend}
  default_backend jira
backend jira
  http-reuse always
  {backend}
  server s {upstream}
"""

HAPROXY_FULL_FRONTEND = """
  log global
  log-format '{"at":"%%t","client":"%%[var(txn.client)]","method":"%%HM","path":"%%HP","status":%%ST,"bytes":%%B,"ms":%%Ta,"id":"%%ID"}'
  unique-id-format %%[uuid()]
  stick-table type string len 64 size 10k expire 1m store http_req_rate(1s)
  http-request set-var(txn.client) http_auth_bearer,map_str({dir}/clients.map)
  http-request deny deny_status 401 unless {{ var(txn.client) -m found }}
  http-request deny deny_status 403 unless METH_GET {{ path_beg /rest/api/3/ }}
  http-request track-sc0 var(txn.client)
  http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt 1000000 }}
"""


def other_keys(count=99):
    return [f"Bearer other-{n}" for n in range(count)]


def nginx(directory: Path, upstream: str, authorization: str | None):
    directory.mkdir()
    port = free_port()
    http = location = ""
    if authorization:
        http = NGINX_FULL_HTTP % (authorization, " ".join(f'"{key}" "c";' for key in other_keys()))
        location = NGINX_FULL_LOCATION % directory
    path = directory / "nginx.conf"
    path.write_text(NGINX.format(dir=directory, upstream=upstream, port=port, http=http, location=location))
    program = Program(["nginx", "-p", directory, "-c", path], log=directory / "out.log")
    until_answers(f"http://127.0.0.1:{port}/rest/api/3/issue/REL-1")
    return program, f"http://127.0.0.1:{port}/rest/api/3/issue/REL-1"


def haproxy(directory: Path, upstream: str, authorization: str | None):
    directory.mkdir()
    port = free_port()
    frontend = backend = ""
    if authorization:
        (directory / "clients.map").write_text("".join(f"{key.removeprefix('Bearer ')} c\n" for key in [authorization, *other_keys()]))
        frontend = HAPROXY_FULL_FRONTEND.replace("{dir}", str(directory)).replace("%%", "%").replace("{{", "{").replace("}}", "}")
        backend = 'http-request set-header Authorization "Bearer upstream-token-for-measuring"'
    path = directory / "haproxy.cfg"
    path.write_text(HAPROXY.format(dir=directory, upstream=upstream, port=port, frontend=frontend, backend=backend))
    program = Program(["haproxy", "-f", path], log=directory / "out.log")
    until_answers(f"http://127.0.0.1:{port}/rest/api/3/issue/REL-1")
    return program, f"http://127.0.0.1:{port}/rest/api/3/issue/REL-1"
