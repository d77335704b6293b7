# syntax=docker/dockerfile:1
# The image of tcp-echo: a Java runtime of only the modules that are used, the C library, the application, and an AOT
# cache that real exchanges trained. No shell, no package manager. Kubernetes probes it, so it has no HEALTHCHECK.
#
#   docker build -t tcp-echo .
#   docker run --rm --read-only --tmpfs /tmp --cap-drop ALL -p 7007:7007 tcp-echo
#   docker run --rm tcp-echo probe HOST:PORT
#
# A cache is of the processor family that it was trained on: build each platform on a machine of it.
#
# BASE is another image to build in: the release workflow names the same one by its digest, unless the line of base has a
# digest already. VERSION, REVISION and SOURCE are labels.

ARG BASE=base

# Dependabot reads this line, and raises the digest with the tag once there is one.
FROM docker.io/library/maven:3.9-eclipse-temurin-25-noble AS base

# hadolint ignore=DL3006
FROM ${BASE} AS build
WORKDIR /build
# Only what the jar is made of (.dockerignore), so that a change of documents or tests builds nothing anew.
COPY . .
ARG REVISION=""
# Without a history the build writes no git.properties, which /actuator/info shows.
RUN if [ -n "$REVISION" ]; then \
      printf 'git.commit.id=%s\ngit.commit.id.abbrev=%.7s\n' "$REVISION" "$REVISION" >src/main/resources/git.properties; \
    fi
RUN --mount=type=cache,target=/m2 mvn -B -ntp -q -Dmaven.repo.local=/m2 -Dmaven.test.skip package
# The jar, taken apart by jarmode=tools, its runtime, and the cache.
RUN bin/image-root /image && chmod 1777 /image/runtime/tmp

FROM scratch
# From what changes least to what changes with every build.
COPY --from=build /image/runtime/ /
COPY --from=build /image/app/opt/tcp-echo/lib/ /opt/tcp-echo/lib/
COPY --from=build /image/app/opt/tcp-echo/tcp-echo.jar /opt/tcp-echo/
COPY --from=build /image/app/opt/tcp-echo/tcp-echo.aot /opt/tcp-echo/
ARG VERSION=unreleased
ARG REVISION=""
ARG SOURCE=https://github.com/tcp-echo/tcp-echo
LABEL org.opencontainers.image.title="tcp-echo" \
      org.opencontainers.image.description="A TCP echo endpoint that can be trusted as a measuring instrument" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.url="${SOURCE}" \
      org.opencontainers.image.documentation="${SOURCE}#readme"
USER 65532:65532
WORKDIR /opt/tcp-echo
EXPOSE 7007 8080
ENTRYPOINT ["/opt/java/bin/java", "-XX:AOTCache=/opt/tcp-echo/tcp-echo.aot", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-jar", "/opt/tcp-echo/tcp-echo.jar"]
