#!/bin/sh
# Checks the model of the exchange with spin: model.sh [FOLDER], where pan is built (default: a new one).
# Fails if a run finds an error or does not finish. Needs spin, gcc, 2 GiB of memory.
set -eu
model=$(cd "$(dirname "$0")" && pwd)/exchange.pml
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
cd "$folder"

# check LANES SLOTS REQUESTS CRASHES IMPATIENT [BREAK]: 0 if every state was seen and none is wrong.
check() {
  spin -a -DLANES="$1" -DSLOTS="$2" -DREQUESTS="$3" -DCRASHES="$4" -DIMPATIENT="$5" \
    -DBREAK="${6:-0}" "$model"
  gcc -O2 -w -DSAFETY -DCOLLAPSE -DMEMLIM=2000 -o pan pan.c
  ./pan -m100000 -w24 >pan.log 2>&1
  grep -q 'errors: 0$' pan.log && ! grep -q 'not completed' pan.log
}

run() {
  if check "$@"; then
    echo "model of the exchange: lanes $1, slots $2, requests $3, crashes $4, impatient $5:" \
      "$(grep -o '[0-9]* states, stored' pan.log)"
  else
    cat pan.log
    exit 1
  fi
}

# lanes, slots of each, requests of each, crashes, may clients leave
run 2 1 1 0 1
run 2 1 1 1 0
run 1 1 2 1 1
run 1 2 2 1 0
run 1 2 2 0 1
