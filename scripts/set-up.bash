# shellcheck shell=bash
# What scripts/run, scripts/test and scripts/check share; to be sourced. Sets `root` and `state`.
#
# Nothing here writes to standard output: that belongs to the program that is run.

root=$(dirname -- "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")")
state=$root/.build/scripts # stamps and logs

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 2; }

# --- packages -----------------------------------------------------------------------------------

# Whether what a Debian package gives is there, also where it came by another way.
has() { # PACKAGE
  case $1 in
    iproute2) command -v ip >/dev/null ;;
    libmnl-dev) pkg-config --exists libmnl 2>/dev/null ;;
    procps) command -v sysctl >/dev/null ;;
    python3-jsonschema) /usr/bin/python3 -c 'import jsonschema' 2>/dev/null ;;
    util-linux) command -v nsenter >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

missing_of() { # PACKAGE...; sets `missing`
  local package
  missing=()
  for package in "$@"; do has "$package" || missing+=("$package"); done
}

# Installs what is missing, as root; otherwise prints the line to run and ends with status 2.
need() { # PACKAGE...
  local log
  command -v swift >/dev/null || die 'cannot find swift: install Swift 6.3, see swift.org/install'
  missing_of "$@"
  ((${#missing[@]})) || return 0
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    say "missing: ${missing[*]}; on Debian and Ubuntu:"
    printf '  sudo apt-get update && sudo apt-get install -y %s\n' "${missing[*]}" >&2
    exit 2
  fi
  say "installing ${missing[*]}"
  log=$state/apt.log
  mkdir -p "$state"
  # The lists of a fresh machine are empty or old; the first try may do without them.
  if ! install_packages "${missing[@]}" >"$log" 2>&1; then
    if ! { apt-get -qq update && install_packages "${missing[@]}"; } >>"$log" 2>&1; then
      cat "$log" >&2
      die "cannot install ${missing[*]}"
    fi
  fi
  missing_of "$@"
  ((${#missing[@]} == 0)) || die "installed, and still missing: ${missing[*]}"
}

install_packages() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" </dev/null
}

# --- what is up to date ---------------------------------------------------------------------------

# A stamp is a file touched *before* the work that it stands for, and put in place after. What
# counts is the time of the last change of the inode (ctime), which cannot be set back: copies that
# keep their times, renames and checkouts of other branches are all seen. Directories count too, so
# deletions are.
is_fresh() { # STAMP INPUT...
  local found
  [[ -e $1 ]] || return 1
  found=$(find "${@:2}" -newercm "$1" -print -quit 2>/dev/null) && [[ -z $found ]]
}

begin_stamp() { # STAMP
  mkdir -p "$state"
  : >"$1.begun"
}

end_stamp() { mv -- "$1.begun" "$1"; } # STAMP; keeps the time of begin_stamp

# Runs a command whose talk only matters when it fails.
quietly() { # LOG COMMAND...
  mkdir -p "$state"
  if ! "${@:2}" >"$1" 2>&1 </dev/null; then
    cat "$1" >&2
    return 1
  fi
}

# The compiler's cache of modules knows its own path: after a move or a copy of the repository it is
# of no use, and in the way.
forget_moved_caches() {
  local here=$state/root
  [[ -d $root/.build ]] || return 0
  if [[ ! -e $here || $(<"$here") != "$root" ]]; then
    rm -rf -- "$root"/.build/*/{debug,release}/ModuleCache
    mkdir -p "$state"
    printf '%s\n' "$root" >"$here"
  fi
}

# --- the program ----------------------------------------------------------------------------------

# The static release build of `ullage`; sets `program`.
build_program() {
  local stamp=$state/program
  local -a build=(
    swift build --package-path "$root" -c release --static-swift-stdlib --product ullage)
  program=$root/.build/release/ullage
  command -v swift >/dev/null || die 'cannot find swift: install Swift 6.3, see swift.org/install'
  if [[ -x $program ]] && is_fresh "$stamp" "$root/Package.swift" "$root/Package.resolved" \
    "$root/Sources" "$(realpath -- "$(type -P swift)")"; then
    return 0
  fi
  need "${build_packages[@]}"
  if [[ ! -x $program ]]; then
    say 'building, which takes a minute or two the first time'
  elif [[ -t 2 ]]; then
    say 'building what has changed'
  fi
  forget_moved_caches
  # Written by the first build, and then newer than its stamp: so have it written before.
  [[ -e $root/Package.resolved ]] ||
    quietly "$state/resolve.log" swift package --package-path "$root" resolve ||
    die 'cannot fetch what ullage depends on'
  begin_stamp "$stamp"
  quietly "$state/program.log" "${build[@]}" || die 'cannot build ullage'
  [[ -x $program ]] || die "the build left no $program"
  end_stamp "$stamp"
}

# What building takes. The toolchain itself needs a linker and the headers of C, which come with it or
# with its packages.
build_packages=(git pkg-config libmnl-dev)
