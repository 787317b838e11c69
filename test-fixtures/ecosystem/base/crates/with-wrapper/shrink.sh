#!/bin/sh
case "$*" in
*"--crate-name with_wrapper"*) exec "$@" --cfg small ;;
*) exec "$@" ;;
esac
