#!/bin/sh
# SPDX-License-Identifier: MIT
# pages.sh ROOT: mandoc has nothing to say against the manual pages.
cd "$1/docs/man" || exit 1
set -- *.[1-9]
echo "1..$#"
number=0
failed=0
for page
do
  number=$((number + 1))
  if ! command -v mandoc > /dev/null
  then
    echo "ok $number - $page # SKIP mandoc is not here: install mandoc"
  elif complaints=$(mandoc -Tlint -Wwarning "$page")
  then
    echo "ok $number - $page"
  else
    echo "not ok $number - $page"
    echo "$complaints" | sed 's/^/#   /'
    failed=1
  fi
done
exit "$failed"
