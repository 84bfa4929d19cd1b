# What ./shallows and ./test share: finding the toolchain, installing what is missing, building with progress.
# Sourced, never run; written for bash 3.2, which macOS still ships.

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# Bold only on a terminal, and never against the user's wish (NO_COLOR).
bold() {
  if [[ -t 2 && -z "${NO_COLOR:-}" ]]; then printf '\033[1m%s\033[0m\n' "$*" >&2; else say "$*"; fi
}

swift_help='Shallows needs Swift 6.2 or later. Install it with swiftly, the toolchain installer described on
swift.org/install (then "swiftly install latest"), or, on macOS, with Xcode 26 or later; make sure that
"swift --version" works in this terminal and start again.'

# Puts swift on the PATH if swiftly has installed it but this shell has not been told, and checks its version.
require_swift() {
  if ! command -v swift >/dev/null; then
    local bin=${SWIFTLY_BIN_DIR:-$HOME/.local/share/swiftly/bin}
    if [[ -x $bin/swift ]]; then PATH=$bin:$PATH; else say "$swift_help"; die "swift was not found"; fi
  fi
  local text version
  text=$(swift --version 2>/dev/null) || true
  version=$(sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' <<<"$text" | head -n 1)
  [[ -n $version ]] || { say "$swift_help"; die "\"swift --version\" does not name a version"; }
  local major=${version% *} minor=${version#* }
  if ((major < 6 || (major == 6 && minor < 2))); then
    say "$swift_help"
    die "this is Swift $major.$minor"
  fi
}

# Runs a command as the superuser if that is possible without asking, or with a terminal to ask on.
as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
  elif command -v sudo >/dev/null && [[ -t 0 && -t 2 ]]; then sudo "$@"
  else return 77
  fi
}

# install_packages PACKAGE...: by apt, where there is apt and a way to become the superuser.
install_packages() {
  (($#)) || return 0
  if ! command -v apt-get >/dev/null; then
    say "Missing, by their Debian names: $*."
    say "Install them with your package manager: headers, libraries and pkg-config files."
    die "cannot install packages on this system without apt-get"
  fi
  bold "Installing $*"
  local log status=0
  log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  { as_root apt-get update && as_root apt-get install -y --no-install-recommends "$@"; } >"$log" || status=$?
  if ((status)); then
    tail -n 15 "$log" >&2
    rm -f "$log"
    ((status == 77)) && say "There is no way here to become the superuser without a terminal."
    die "please run: apt-get install $*"
  fi
  rm -f "$log"
}

# require_linux_packages: OpenBLAS, zlib, SQLite, pkg-config and git, from apt where there is apt.
require_linux_packages() {
  local missing=()
  command -v git >/dev/null || missing+=(git)
  if command -v pkg-config >/dev/null; then
    # Debian has a build without threads as well, which is not safe to call from several.
    case $(pkg-config --variable=libdir openblas 2>/dev/null) in
      '') missing+=(libopenblas-dev) ;;
      *openblas-serial*) missing+=(libopenblas-pthread-dev) ;;
    esac
    pkg-config --exists zlib || missing+=(zlib1g-dev)
    pkg-config --exists sqlite3 || missing+=(libsqlite3-dev)
  else
    missing+=(pkg-config libopenblas-dev zlib1g-dev libsqlite3-dev)
  fi
  install_packages ${missing[@]+"${missing[@]}"}
  case $(pkg-config --variable=libdir openblas) in
    *openblas-serial*) die "OpenBLAS without threads is the system's choice; please remove libopenblas-serial-dev" ;;
  esac
}

# find_browser: the path of a Chromium or Chrome, which ./test opens reports in; installed from apt where there is apt.
# Fails where none can be had: that is no reason to stop.
find_browser() {
  if [[ -n ${SHALLOWS_BROWSER:-} ]]; then command -v "$SHALLOWS_BROWSER"; return; fi
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    command -v "$name" && return 0
  done
  command -v apt-get >/dev/null || return 1
  bold "Installing chromium"
  export DEBIAN_FRONTEND=noninteractive
  { as_root apt-get update && as_root apt-get install -y --no-install-recommends chromium; } >/dev/null 2>&1 || return 1
  command -v chromium
}

# On macOS, BLAS is Accelerate and zlib belongs to the system's headers; only git has to be there, with Swift.
require_mac_packages() {
  command -v git >/dev/null && xcrun --show-sdk-path >/dev/null 2>&1 && return 0
  if command -v brew >/dev/null; then
    bold "Installing git and zlib"
    brew install git zlib >&2 || die "please run: brew install git zlib"
  else
    die "please run: xcode-select --install"
  fi
}

# Open MPI, its headers and its mpirun: for builds with the package trait MPI.
require_mpi() {
  command -v mpirun >/dev/null && command -v pkg-config >/dev/null && pkg-config --exists ompi-c && return 0
  case $(uname -s) in
    Darwin)
      command -v brew >/dev/null || die "Open MPI is missing; with Homebrew: brew install open-mpi"
      bold "Installing Open MPI"
      brew install open-mpi pkgconf >&2 || die "please run: brew install open-mpi"
      ;;
    *) install_packages pkg-config libopenmpi-dev openmpi-bin ;;
  esac
}

# Everything that a build needs. Only called before one: a started program needs none of it checked.
require_toolchain() {
  case $(uname -s) in
    Linux) require_linux_packages ;;
    Darwin) require_mac_packages ;;
    *) die "Shallows runs on Linux and macOS, not on $(uname -s)" ;;
  esac
  require_swift
}

# quietly LABEL LOG COMMAND...: runs the command with its output in LOG, which is shown only if it fails. On a terminal
# the line of progress moves; elsewhere one line says what is being done and one how long it took.
quietly() {
  local label=$1 log=$2 start=$SECONDS pid step status=0
  shift 2
  mkdir -p "$(dirname "$log")"
  [[ -t 2 ]] || say "$label ..."
  "$@" >"$log" 2>&1 &
  pid=$!
  trap 'kill "$pid" 2>/dev/null; exit 130' INT TERM
  if [[ -t 2 ]]; then
    while kill -0 "$pid" 2>/dev/null; do
      step=$(grep -aoE '^\[[0-9]+/[0-9]+\]' "$log" | tail -n 1) || true
      printf '\r\033[K%s %s %ds' "$label" "$step" $((SECONDS - start)) >&2
      sleep 0.3
    done
    printf '\r\033[K' >&2
  fi
  wait "$pid" || status=$?
  trap - INT TERM
  if ((status)); then
    cat "$log" >&2
    die "$label failed; the log is $log"
  fi
  say "$label: done in $((SECONDS - start)) s"
}
