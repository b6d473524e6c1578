#!/bin/sh
# Starts Latchkey at http://127.0.0.1:8000 and the API at http://127.0.0.1:8001, until you press Ctrl-C.
set -eu
cd "$(dirname "$0")"
PERMISSIONS_CLAIM=permissions npm --prefix ../.. start &
trap 'kill $!' EXIT INT TERM
"${PYTHON:-python3}" api.py
