# Build from the repository's root: docker build -f deploy/containers/agent.Dockerfile -t fleet-agent .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc zlib1g-dev
WORKDIR /src
COPY . .
RUN deploy/release-agent --out /app

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg libgtk-3-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10002 --groups video --create-home --home-dir /data fleet-agent
COPY --from=build /app /opt/fleet/agent
USER fleet-agent
VOLUME /data
# once: docker run --rm -v fleet-agent:/data fleet-agent enrol TOKEN --data /data/agent
ENTRYPOINT ["/opt/fleet/agent/fleet-agent"]
CMD ["run", "--data", "/data/agent"]
