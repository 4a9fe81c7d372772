# The container's health check: exit code 0 when this service answers 200. A shell's own means, because starting Node for it
# would cost more than the service itself. Asked every second until all is well, so that a start takes no longer than it must;
# then each check rests before it ends, because an idle service has better things to do. (Engines from 25 on could do that by
# --start-interval; older ones refuse the word.)
well=${WELL_FILE:-/dev/shm/well}
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-8080}" || exit 1
printf 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
exec 3>&-
[ "$status" = 200 ] || exit 1
[ -e "$well" ] && exec sleep 20
: >"$well"
