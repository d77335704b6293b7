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
# VERSION, REVISION and SOURCE are labels.

# The digest is that of all platforms. Dependabot raises it as the tag moves.
FROM docker.io/library/maven:3.9-eclipse-temurin-25-noble@sha256:d67198007bb4441b07d45587320f83154de80ece3608f80408ef14c6ea847753 AS build
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
