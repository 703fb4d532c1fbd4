#!/bin/sh
# SPDX-License-Identifier: MIT
# demo, check and tools/setup.sh on machines that lack something: what they
# install, what they say, how they exit. commands.sh ROOT; prints TAP.
set -u
cd "$1" || exit 1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
number=0

# ok NAME COMMAND...: one subtest, passed when COMMAND succeeds.
ok ()
{
  name=$1
  number=$((number + 1))
  shift
  if "$@"
  then
    echo "ok $number - $name"
  else
    echo "not ok $number - $name"
    sed 's/^/# /' "$folder/said"
  fi
}

# A machine with nothing but a few tools; each fake leaves a trace in `calls`.
fake ()
{
  printf '#!/bin/sh\necho %s "$@" >>"%s/calls"\n%s\n' "$1" "$folder" "$2" \
    >"$folder/bin/$1"
  chmod +x "$folder/bin/$1"
}

machine ()
{
  rm -rf "${folder:?}/bin" "$folder/calls"
  mkdir "$folder/bin"
  : >"$folder/calls"
  for tool in cat env mktemp rm sh tail
  do
    ln -s "$(command -v $tool)" "$folder/bin/$tool"
  done
  printf '#!/bin/sh\necho %s\n' "$1" >"$folder/bin/id"
  chmod +x "$folder/bin/id"
}

# Installs PACKAGE...; leaves `said` and $status.
install_on_it ()
{
  # shellcheck disable=SC2016
  PATH=$folder/bin sh -c '. tools/setup.sh; setup_install "to test" "$@"' \
    sh "$@" >"$folder/said" 2>&1
  status=$?
}

said () { grep -q -e "$1" "$folder/said"; }
called () { grep -q -e "$1" "$folder/calls"; }
refused_naming () { [ $status -eq 3 ] && said "$1"; }
quiet () { [ $status -eq 0 ] && [ ! -s "$folder/calls" ]; }
installed_as ()
{
  [ $status -eq 0 ] && said "^Installing.*$2" && called '^apt-get update' &&
    called "^apt-get install .* $2\$" && [ "$(grep -c . "$folder/said")" = 1 ] &&
    case $1 in
      root) ! called '^sudo' ;;
      user) called '^sudo apt-get update' ;;
    esac
}

echo '1..9'

machine 0
fake apt-get ''
install_on_it cat env
ok 'nothing is installed when all is there' quiet

install_on_it cat no-such
ok 'root installs what is missing, in one line' installed_as root no-such

machine 1000
fake apt-get ''
# shellcheck disable=SC2016
fake sudo 'exec "$@"'
install_on_it cat no-such
ok 'a user installs through sudo' installed_as user no-such

machine 1000
fake apt-get ''
install_on_it no-such
ok 'without sudo the cure is named' refused_naming 'as root, .*: no-such'

machine 0
install_on_it no-such
ok 'without apt-get the cure is named' refused_naming 'by hand: no-such'

machine 0
fake apt-get 'echo no network; exit 100'
install_on_it no-such
ok 'a failure of apt-get is shown' refused_naming 'no network'
ok 'and the cure is named' refused_naming 'by hand: no-such'

./check --nonsense >"$folder/said" 2>&1
status=$?
ok 'check explains its options' test $status -eq 2

parse_all ()
{
  for script in demo check tools/setup.sh tests/tidy/commands.sh
  do
    sh -n $script || return 1
  done >"$folder/said" 2>&1
}
ok 'the scripts are POSIX sh' parse_all
