# The image of tcp-echo: a Java runtime of only the modules that are used, the C library, the application, and an AOT
# cache that real exchanges trained. No shell, no package manager. Kubernetes probes it, so it has no HEALTHCHECK.
#
#   docker build -t tcp-echo .
#   docker run --rm --read-only --tmpfs /tmp --cap-drop ALL -p 7007:7007 tcp-echo
#   docker run --rm tcp-echo probe HOST:PORT
#
# A cache is of the processor family that it was trained on: build each platform on a machine of it.

FROM maven:3.9-eclipse-temurin-25-noble AS build
WORKDIR /build
COPY . .
# The jar, taken apart by jarmode=tools, its runtime, and the cache.
RUN --mount=type=cache,target=/m2 mvn -B -ntp -q -Dmaven.repo.local=/m2 -DskipTests package && bin/image-root /image
RUN mkdir -p /layers && cp -a /image/runtime /layers/runtime \
    && mkdir -p /layers/libraries/opt/tcp-echo && cp -a /image/app/opt/tcp-echo/lib /layers/libraries/opt/tcp-echo/ \
    && mkdir -p /layers/application/opt/tcp-echo && cp -a /image/app/opt/tcp-echo/tcp-echo.* /layers/application/opt/tcp-echo/ \
    && chmod 1777 /layers/runtime/tmp

FROM scratch
COPY --from=build /layers/runtime/ /
COPY --from=build /layers/libraries/ /
COPY --from=build /layers/application/ /
LABEL org.opencontainers.image.title="tcp-echo" \
      org.opencontainers.image.description="A TCP echo endpoint that can be trusted as a measuring instrument" \
      org.opencontainers.image.licenses="Apache-2.0"
USER 65532:65532
WORKDIR /opt/tcp-echo
EXPOSE 7007 8080
ENTRYPOINT ["/opt/java/bin/java", "-XX:AOTCache=/opt/tcp-echo/tcp-echo.aot", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-jar", "/opt/tcp-echo/tcp-echo.jar"]
