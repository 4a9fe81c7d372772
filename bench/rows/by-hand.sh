#!/bin/sh
# What the pipeline does with a push, by hand: clone, test, build, push, run on staging, check in a browser, run in production.
# Environment: SOURCE repository to clone, FOLDER new folder for it, BASE_IMAGE of the build, IMAGE with tag, LABEL of all that
# is made, NETWORK prefix of the environments' networks, TOOLS image of the check, REQUEST file that the check is asked.
set -eu
git clone --quiet "$SOURCE" "$FOLDER"
docker build --quiet --label "$LABEL" --build-arg "BASE_IMAGE=$BASE_IMAGE" --target test --tag "$IMAGE-test" "$FOLDER"
docker build --quiet --label "$LABEL" --build-arg "BASE_IMAGE=$BASE_IMAGE" --tag "$IMAGE" "$FOLDER"
docker push --quiet "$IMAGE"

# Replaces the service's container in an environment, and waits until it is healthy.
run_in() {
  docker rm --force --volumes "$NETWORK-$1-discounts" >/dev/null 2>&1 || true
  docker run --detach --name "$NETWORK-$1-discounts" --label "$LABEL" --network "$NETWORK-$1" --network-alias discounts \
    --env PORT=80 --publish "127.0.0.1:$2:80" --memory 256m --read-only --tmpfs /tmp --restart unless-stopped "$IMAGE"
  until [ "$(docker inspect --format '{{.State.Health.Status}}' "$NETWORK-$1-discounts")" = healthy ]; do sleep 0.1; done
}

run_in staging "$STAGING_PORT"
docker run --rm --interactive --label "$LABEL" --network "$NETWORK-staging" --user 0:0 --env HOME=/tmp \
  --memory 1g --shm-size 256m --init --read-only --volume /tmp --entrypoint node "$TOOLS" /sluice/program/checks/main.cjs \
  --child-user 1000:1000 <"$REQUEST"
run_in production "$PRODUCTION_PORT"
