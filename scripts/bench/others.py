"""nginx and HAProxy as an operator would set them up for the same job, one worker each.

"bare" forwards and nothing else. "full" does what can be done there of the gateway's work: knows callers by a key, allows by method and
path, limits, adds the upstream credential, and writes a JSON access log. With Lua that is a program of the operator's own, as Kong and APISIX
are one; with `auth_request` a service beside it is asked about every call, which here is nginx once more, in the same worker.
"""

from hashlib import sha256
from pathlib import Path

from processes import Program, free_port, until_answers

NGINX = """
{modules}
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
    {asked}
  }}
}}
"""

NGINX_LOG = """
  log_format json escape=json '{"at":"$time_iso8601","client":"$client","method":"$request_method","path":"$uri","status":$status,"bytes":$bytes_sent,"seconds":$request_time,"upstream":"$upstream_status","id":"$request_id"}';
"""

NGINX_CALLERS = """
  map_hash_bucket_size 256;
  map $http_authorization $%s { default ""; "%s" "release-automation"; %s }
"""

NGINX_FULL_HTTP = """
  map "$client $request_method $uri" $allowed { default 0; "~^[a-z0-9-]+ GET /rest/api/3/" 1; }
  limit_req_zone $client zone=clients:1m rate=1000000r/s;
"""

NGINX_FULL_LOCATION = """
      if ($client = "") { return 401; } if ($allowed = 0) { return 403; }
      limit_req zone=clients burst=100000 nodelay;
"""

NGINX_SENT = """
      access_log %s/access.json json buffer=64k flush=1s;
      proxy_set_header Authorization "Bearer upstream-token-for-measuring"; proxy_set_header X-Request-Id $request_id;
"""

# Without Lua there is no file of this name, and nothing to measure.
LUA = Path("/usr/lib/nginx/modules/ngx_http_lua_module.so")

NGINX_LUA_HTTP = """
  lua_package_path "/usr/share/lua/5.1/?.lua;;";
  lua_shared_dict rates 1m;
  init_by_lua_block {
    clients = { %s }
    rules = { ["release-automation"] = { { "GET", "^/rest/api/3/" } } }
  }
"""

NGINX_LUA_LOCATION = """
      set $client "";
      access_by_lua_block {
        local client = clients[ngx.var.http_authorization]
        if not client then return ngx.exit(401) end
        local method, uri, allowed = ngx.req.get_method(), ngx.var.uri, false
        for _, rule in ipairs(rules[client] or {}) do
          if rule[1] == method and ngx.re.find(uri, rule[2], "jo") then allowed = true break end
        end
        if not allowed then return ngx.exit(403) end
        if ngx.shared.rates:incr(client .. ngx.time(), 1, 0, 2) > 1000000 then return ngx.exit(429) end
        ngx.var.client = client
      }
"""

NGINX_ASKING_HTTP = """
  upstream auth {{ server 127.0.0.1:{port}; keepalive 64; keepalive_requests 100000000; }}
  map "$caller $http_x_method $http_x_path" $allowed {{ default 0; "~^[a-z0-9-]+ GET /rest/api/3/" 1; }}
  limit_req_zone $caller zone=clients:1m rate=1000000r/s;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      if ($caller = "") {{ return 401; }} if ($allowed = 0) {{ return 403; }}
      add_header X-Client $caller; return 204; }}
  }}
"""

NGINX_ASKING_LOCATION = """
      limit_req zone=clients burst=100000 nodelay;
      auth_request /_auth; auth_request_set $client $upstream_http_x_client;
"""

NGINX_ASKED = """
    location = /_auth { internal;
      proxy_pass http://auth; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass_request_body off;
      proxy_set_header Content-Length ""; proxy_set_header X-Method $request_method; proxy_set_header X-Path $request_uri; }
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
  log-format '{"at":"%t","client":"%[var(txn.client)]","method":"%HM","path":"%HP","status":%ST,"bytes":%B,"ms":%Ta,"id":"%ID"}'
  unique-id-format %[uuid()]
  stick-table type string len 64 size 10k expire 1m store http_req_rate(1s)
  http-request set-var(txn.client) http_auth_bearer,map_str(DIR/clients.map)
  http-request deny deny_status 401 unless { var(txn.client) -m found }
  http-request deny deny_status 403 unless METH_GET { path_beg /rest/api/3/ }
  http-request track-sc0 var(txn.client)
  http-request deny deny_status 429 if { sc_http_req_rate(0) gt 1000000 }
"""


# What a careful operator makes of it: keys are kept by their digest, every team has rules of its own, and nothing in a path can break
# out of a line of the log.
HAPROXY_CAREFUL_FRONTEND = """
  log global
  log-format '{"at":"%t","client":"%[var(txn.client),json(utf8s)]","method":"%HM","path":"%[var(txn.path),json(utf8s)]","status":%ST,"bytes":%B,"ms":%Ta,"id":"%ID"}'
  unique-id-format %[uuid()]
  stick-table type string len 64 size 10k expire 1m store http_req_rate(1s)
  http-request set-var(txn.client) http_auth_bearer,sha2(256),hex,map_str(DIR/clients.map)
  http-request deny deny_status 401 unless { var(txn.client) -m found }
  http-request set-var(txn.method) method
  http-request set-var(txn.path) path
  http-request set-var(txn.call) var(txn.client),concat(|,txn.method,|),concat(,txn.path)
  http-request deny deny_status 403 unless { var(txn.call),map_reg(DIR/rules.map) -m found }
  http-request track-sc0 var(txn.client)
  http-request deny deny_status 429 if { sc_http_req_rate(0) gt 1000000 }
"""

TEAMS = {
    "release-automation": [
        "POST /issue", "GET /search/jql", "POST /search/jql", "PUT /issue/*", "GET /issue/*", "GET /issue/*/transitions",
        "POST /issue/*/transitions", "POST /issue/*/comment", "GET /project/*/versions", "POST /version",
    ],
    "data-and-analytics": ["GET /search/jql", "POST /search/jql", "GET /issue/*", "GET /issue/*/changelog", "GET /field"],
    "partner-integrations": ["GET /issue/*", "POST /issue/*/comment", "GET /issue/*/comment", "POST /issue/*/attachments"],
}


def rules():
    for team, calls in TEAMS.items():
        for method, path in map(str.split, calls):
            yield f"^{team}[|]{method}[|]/rest/api/3{path.replace('*', '[^/]+')}$ allowed\n"


def other_keys(count=99):
    return [f"Bearer other-{n}" for n in range(count)]


def callers(variable, authorization):
    return NGINX_CALLERS % (variable, authorization, " ".join(f'"{key}" "c";' for key in other_keys()))


def nginx(directory: Path, upstream: str, authorization: str | None):
    http = location = ""
    if authorization:
        http = NGINX_LOG + callers("client", authorization) + NGINX_FULL_HTTP
        location = NGINX_FULL_LOCATION + NGINX_SENT % directory
    return start_nginx(directory, upstream, http=http, location=location)


def nginx_with_lua(directory: Path, upstream: str, authorization: str):
    keys = [f'["{authorization}"] = "release-automation"', *(f'["{key}"] = "c"' for key in other_keys())]
    return start_nginx(
        directory, upstream,
        modules="".join(f"load_module {LUA.with_name(name)};" for name in ["ndk_http_module.so", LUA.name]),
        http=NGINX_LOG + NGINX_LUA_HTTP % ", ".join(keys),
        location=NGINX_LUA_LOCATION + NGINX_SENT % directory,
    )


def nginx_asking(directory: Path, upstream: str, authorization: str):
    return start_nginx(
        directory, upstream,
        http=NGINX_LOG + callers("caller", authorization) + NGINX_ASKING_HTTP.format(port=free_port()),
        location=NGINX_ASKING_LOCATION + NGINX_SENT % directory,
        asked=NGINX_ASKED,
    )


def start_nginx(directory: Path, upstream: str, modules="", http="", location="", asked=""):
    directory.mkdir()
    port = free_port()
    path = directory / "nginx.conf"
    path.write_text(NGINX.format(
        dir=directory, upstream=upstream, port=port, modules=modules, http=http, location=location, asked=asked,
    ))
    program = Program(["nginx", "-p", directory, "-c", path], log=directory / "out.log")
    until_answers(f"http://127.0.0.1:{port}/rest/api/3/issue/REL-1")
    return program, f"http://127.0.0.1:{port}/rest/api/3/issue/REL-1"


def haproxy(directory: Path, upstream: str, authorization: str | None):
    keys = [key.removeprefix("Bearer ") for key in [authorization, *other_keys()] if key]
    files = {"clients.map": "".join(f"{key} c\n" for key in keys)} if authorization else {}
    frontend = HAPROXY_FULL_FRONTEND.replace("DIR", str(directory))
    return start_haproxy(directory, upstream, files, frontend if authorization else "", bool(authorization))


def haproxy_careful(directory: Path, upstream: str, authorization: str):
    digests = [sha256(key.removeprefix("Bearer ").encode()).hexdigest().upper() for key in [authorization, *other_keys()]]
    files = {"clients.map": "".join(f"{key} release-automation\n" for key in digests), "rules.map": "".join(rules())}
    return start_haproxy(directory, upstream, files, HAPROXY_CAREFUL_FRONTEND.replace("DIR", str(directory)), True)


def start_haproxy(directory: Path, upstream: str, files: dict[str, str], frontend: str, injecting: bool):
    directory.mkdir()
    port = free_port()
    for name, text in files.items():
        (directory / name).write_text(text)
    backend = 'http-request set-header Authorization "Bearer upstream-token-for-measuring"' if injecting else ""
    path = directory / "haproxy.cfg"
    path.write_text(HAPROXY.format(dir=directory, upstream=upstream, port=port, frontend=frontend, backend=backend))
    program = Program(["haproxy", "-f", path], log=directory / "out.log")
    until_answers(f"http://127.0.0.1:{port}/rest/api/3/issue/REL-1")
    return program, f"http://127.0.0.1:{port}/rest/api/3/issue/REL-1"
