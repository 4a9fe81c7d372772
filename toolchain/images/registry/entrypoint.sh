#!/bin/sh
# Arguments are a configuration file, or a command of the registry's own.
set -e
case "$1" in
*.yml | *.yaml) set -- serve "$@" ;;
esac
case "$1" in
serve | garbage-collect | help | -*) set -- /bin/registry "$@" ;;
esac
exec "$@"
