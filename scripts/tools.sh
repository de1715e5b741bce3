# What the checks need beyond the Rust toolchain, at pinned versions, installed once. Sourced by ./test.
# shellcheck shell=bash

tools=$PWD/.cache/tools
venv=$PWD/.cache/venv
node=$PWD/.cache/node
export PATH=$tools/bin:$PATH

install_tools() {
  debian_packages c++:g++ valgrind:valgrind shellcheck:shellcheck python3:python3 curl:curl openssl:openssl minisign:minisign &&
    postgresql_server &&
    python_packages tests/clients/requirements.txt &&
    cargo_tool cargo-nextest 0.9.143 &&
    cargo_tool cargo-machete 0.9.2 &&
    cargo_tool cargo-deny 0.20.2
}

# debian_packages COMMAND:PACKAGE...: installs the packages whose command is missing.
debian_packages() {
  local pair missing=() as_root=()
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  [ "${#missing[@]}" -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "install these Debian packages first: ${missing[*]}"; return 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq && "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# postgresql_server: Debian keeps the server's programs in a folder for each version, and not on the path.
postgresql_server() {
  command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || debian_packages no-such-command:postgresql
}

# python_packages FILE: a virtual environment with exactly what FILE pins; made anew when FILE changes.
python_packages() {
  local stamp=$venv/.installed
  cmp -s "$1" "$stamp" && return 0
  rm -rf "$venv"
  if ! python3 -m venv "$venv"; then
    debian_packages no-such-command:python3-venv && python3 -m venv "$venv" || return 1
  fi
  "$venv/bin/pip" install --quiet -r "$1" && cp "$1" "$stamp"
}

# npm_packages FOLDER: exactly what the folder's package.json and lock file pin, in a cache of its own; made anew when they
# change. Nothing a package wants to run on installing is run.
npm_packages() {
  local place=$node/${1//\//-}
  cmp -s "$1/package-lock.json" "$place/.installed" && return 0
  rm -rf "$place" && mkdir -p "$place" && cp "$1/package.json" "$1/package-lock.json" "$place/" &&
    (cd "$place" && npm ci --silent --no-audit --no-fund --ignore-scripts) && cp "$1/package-lock.json" "$place/.installed"
}

# cargo_tool NAME VERSION: takes the tool that is there if it is at least as new, builds the pinned one otherwise.
cargo_tool() {
  local have
  have=$("$1" "${1#cargo-}" --version 2>/dev/null || "$1" --version 2>/dev/null)
  have=$(printf '%s\n' "$have" | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1)
  if [ -n "$have" ] && [ "$(printf '%s\n%s\n' "$2" "$have" | sort -V | head -n 1)" = "$2" ]; then
    return 0
  fi
  echo "building $1 $2"
  cargo install --quiet --locked --root "$tools" "$1@$2"
}

# dependency_rules: licences, bans, sources; and known advisories where their database can be reached.
dependency_rules() {
  cargo deny --locked check bans licenses sources || return 1
  if cargo deny --locked fetch db >/dev/null 2>&1; then
    cargo deny --locked check advisories
  else
    echo "note: the advisory database cannot be reached from here, so known advisories were NOT checked"
  fi
}

# browser_pages: what a person sees and clicks, in a real browser.
browser_pages() {
  debian_packages chromium:chromium node:nodejs npm:npm && npm_packages tests/pages || return 1
  cargo build --locked --quiet --bin ticketgate || return 1
  TICKETGATE_BIN=$PWD/target/debug/ticketgate TICKETGATE_NODE_MODULES=$node/tests-pages/node_modules node --test tests/pages/
}

# client_sessions: unmodified clients from the registries against the demo.
client_sessions() {
  debian_packages node:nodejs npm:npm && npm_packages tests/clients/node || return 1
  cargo build --locked --quiet --bin ticketgate || return 1
  TICKETGATE_NODE_MODULES=$node/tests-clients-node/node_modules TICKETGATE_BIN=$PWD/target/debug/ticketgate "$venv/bin/python" -m pytest -q --no-header -p no:cacheprovider tests/clients
}
