# The container's health check: exit code 0 when this service answers 200. It runs every few seconds for as long as the
# service lives, so it is a shell's own means: starting Node each time would cost far more than the service itself.
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-8080}" || exit 1
printf 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[ "$status" = 200 ]
