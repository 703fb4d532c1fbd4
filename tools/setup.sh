# SPDX-License-Identifier: MIT
# What ./demo and ./check share, in POSIX sh: install what is missing, build.
# Talk goes to stderr; exit 3 means that the environment refuses, and the
# message names the cure.

BUILD_PACKAGES='gcc libc6-dev meson ninja-build pkg-config libglib2.0-dev
libpcap-dev libjson-glib-dev libedit-dev'
TEST_PACKAGES='clang clang-format libclang-rt-14-dev tshark tcpdump tcptrace
iproute2 iputils-ping iputils-tracepath traceroute nmap python3-scapy curl
valgrind mandoc binutils'

# Is what PACKAGE is for already here, whoever installed it?
setup_has ()
{
  case $1 in
    binutils) command -v nm ;;
    iproute2) command -v ip ;;
    iputils-ping) command -v ping ;;
    iputils-tracepath) command -v tracepath ;;
    libc6-dev) echo '#include <stdio.h>' | gcc -E - ;;
    libclang-rt-14-dev) ls "$(clang -print-resource-dir)"/lib/*/*asan* ;;
    libedit-dev) pkg-config --exists libedit ;;
    libglib2.0-dev) pkg-config --exists 'glib-2.0 >= 2.72' ;;
    libjson-glib-dev) pkg-config --exists json-glib-1.0 ;;
    libpcap-dev) pkg-config --exists libpcap ;;
    python3-scapy) /usr/bin/python3 -c 'import scapy' ;;
    ninja-build) command -v ninja ;;
    *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

setup_refuse ()
{
  echo "$1" >&2
  exit 3
}

setup_cannot_write ()
{
  setup_refuse "cannot write to $PWD/$1: make it yours (chown), or clone the
project where you may write"
}

# setup_install WHY PACKAGE...
setup_install ()
{
  why=$1
  shift
  missing=
  for package
  do
    setup_has "$package" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0

  by_hand="install by hand:$missing (names as in Debian 12)"
  command -v apt-get >/dev/null ||
    setup_refuse "apt-get is not here; $by_hand"
  as_root=
  if [ "$(id -u)" -ne 0 ]
  then
    command -v sudo >/dev/null ||
      setup_refuse "neither root nor sudo; as root, $by_hand"
    as_root=sudo
  fi
  echo "Installing with ${as_root:+sudo }apt-get, $why:$missing" >&2
  log=$(mktemp)
  # The lists are split into words on purpose.
  # shellcheck disable=SC2086
  if $as_root apt-get update >"$log" 2>&1 </dev/null &&
     $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
       --no-install-recommends -o DPkg::Lock::Timeout=300 $missing \
       >>"$log" 2>&1 </dev/null
  then
    rm -f "$log"
  else
    tail -n 20 "$log" >&2
    rm -f "$log"
    setup_refuse "apt-get failed (above); check the network, or $by_hand"
  fi
}

# setup_build FOLDER LOG TARGET MESON-OPTION...: quiet; fails with the log's
# path.
setup_build ()
{
  folder=$1
  log=$2
  target=$3
  shift 3
  mkdir -p "$(dirname "$log")" 2>/dev/null &&
    : 2>/dev/null >"$log" ||
    setup_cannot_write "$(dirname "$log")"
  if [ ! -f "$folder/build.ninja" ]
  then
    meson setup "$folder" "$@" >"$log" 2>&1 </dev/null || return 1
  fi
  ninja -C "$folder" "$target" >>"$log" 2>&1 </dev/null
}
