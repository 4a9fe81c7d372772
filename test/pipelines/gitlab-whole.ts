const ofJob = `/bin/sh /sluice/program/pipelines/named \\
        GITLAB_CI CI_PROJECT_PATH CI_PIPELINE_ID CI_PROJECT_DIR CI_COMMIT_SHA`;
const waysOut = 'HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy NODE_EXTRA_CA_CERTS SSL_CERT_FILE';
const engine = 'DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH';
const deployment = 'HARBOR_HOST HARBOR_USERNAME HARBOR_PASSWORD PULUMI_BACKEND_URL PULUMI_CONFIG_PASSPHRASE';

export const toProgram = 'pushed=$(pwd) && cd /sluice/program';
export const dropped = '/usr/bin/find "$pushed" -mindepth 1 -delete';

const onMain = '    - if: $CI_COMMIT_BRANCH == "main"';
const afterBuild = `  needs:
    - job: build
      artifacts: true`;
const login = 'export REGISTRY_USERNAME="$HARBOR_USERNAME" REGISTRY_PASSWORD="$HARBOR_PASSWORD"';

/** The file of the sample, word for word. */
export const whole = `workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS && $CI_COMMIT_BRANCH != "main"
      when: never
    - if: $CI_COMMIT_BRANCH

stages:
  - test
  - build
  - deploy

variables:
  DEFAULT_IMAGE_TAG:
    value: latest
    description: The tag that this run builds, pushes and deploys under

default:
  image: $HARBOR_HOST/shop/sluice-deploy@sha256:${'ab12'.repeat(16)}

test:
  stage: test
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH && $CI_COMMIT_BRANCH != "main"
  interruptible: true
  variables:
    SLUICE_INSTANCE: shop
    SLUICE_SERVICE: discounts
    SLUICE_BUILD_ARGUMENTS: "{}"
  script:
    - ${toProgram}
    - |-
      ${ofJob} \\
        SLUICE_INSTANCE SLUICE_SERVICE SLUICE_BUILD_ARGUMENTS \\
        ${engine} \\
        ${waysOut} \\
        -- sluice step test

build:
  stage: build
  rules:
${onMain}
  interruptible: false
  resource_group: sluice-build
  variables:
    SLUICE_INSTANCE: shop
    SLUICE_SERVICE: discounts
    SLUICE_BUILD_ARGUMENTS: "{}"
    SLUICE_REGISTRY: $HARBOR_HOST/shop
    SLUICE_CHANNELS: dev
    SLUICE_ENVIRONMENTS: dev
    SLUICE_RESERVED_TAGS: dev,pilot,production,stage
    SLUICE_REPOSITORY_URL: $CI_PROJECT_URL
    SLUICE_RELEASE_FILE: sluice.env
    SLUICE_TAG: $DEFAULT_IMAGE_TAG
    GIT_DEPTH: "0"
  script:
    - ${toProgram}
    - |-
      ${ofJob} \\
        SLUICE_INSTANCE SLUICE_SERVICE SLUICE_BUILD_ARGUMENTS \\
        ${engine} \\
        ${waysOut} \\
        -- sluice step test
    - |-
      ${ofJob} \\
        SLUICE_INSTANCE SLUICE_SERVICE SLUICE_BUILD_ARGUMENTS SLUICE_REGISTRY SLUICE_CHANNELS \\
        SLUICE_ENVIRONMENTS SLUICE_RESERVED_TAGS SLUICE_REPOSITORY_URL SLUICE_RELEASE_FILE SLUICE_TAG \\
        ${engine} \\
        ${waysOut} \\
        -- sluice step build
    - ${dropped}
    - ${login}
    - |-
      ${ofJob} \\
        SLUICE_INSTANCE SLUICE_SERVICE SLUICE_BUILD_ARGUMENTS SLUICE_REGISTRY SLUICE_CHANNELS \\
        SLUICE_ENVIRONMENTS SLUICE_RESERVED_TAGS SLUICE_REPOSITORY_URL SLUICE_RELEASE_FILE SLUICE_TAG \\
        REGISTRY_USERNAME REGISTRY_PASSWORD \\
        ${engine} \\
        ${waysOut} \\
        -- sluice step push
  artifacts:
    reports:
      dotenv: sluice.env

deploy:
  stage: deploy
${afterBuild}
  rules:
${onMain}
  interruptible: false
  resource_group: dev
  environment:
    name: dev
  variables:
    GIT_STRATEGY: none
  script:
    - ${toProgram}
    - ${dropped}
    - |-
      ${ofJob} \\
        ${deployment} \\
        ${waysOut} \\
        -- sluice deploy dev --platform platform

deploy stage:
  stage: deploy
${afterBuild}
  rules:
${onMain}
      when: manual
      allow_failure: true
  interruptible: false
  resource_group: stage
  environment:
    name: stage
  variables:
    SLUICE_REGISTRY: $HARBOR_HOST/shop
    SLUICE_SERVICE: discounts
    GIT_STRATEGY: none
  script:
    - ${toProgram}
    - ${dropped}
    - ${login}
    - |-
      ${ofJob} \\
        SLUICE_REGISTRY SLUICE_SERVICE SLUICE_RELEASE_DIGEST \\
        REGISTRY_USERNAME REGISTRY_PASSWORD \\
        ${waysOut} \\
        -- sluice step channel stage
    - |-
      ${ofJob} \\
        ${deployment} \\
        ${waysOut} \\
        -- sluice deploy stage --platform platform

deploy production:
  stage: deploy
${afterBuild}
  rules:
${onMain}
      when: manual
      allow_failure: true
  interruptible: false
  resource_group: production
  environment:
    name: production
  id_tokens:
    SLUICE_ID_TOKEN:
      aud: sluice/shop
  variables:
    GIT_STRATEGY: none
  script:
    - ${toProgram}
    - ${dropped}
    - |-
      ${ofJob} \\
        SLUICE_ID_TOKEN \\
        ${deployment} \\
        ${waysOut} \\
        -- sluice approve production --reason "$CI_JOB_URL" --only-record --yes --platform platform
    - |-
      ${ofJob} \\
        ${deployment} \\
        ${waysOut} \\
        -- sluice deploy production --release "$SLUICE_RELEASE_DIGEST" --platform platform
`;
