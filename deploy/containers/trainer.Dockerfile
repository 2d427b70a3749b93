# Build from the repository's root: docker build -f deploy/containers/trainer.Dockerfile -t fleet-trainer .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY . .
RUN dotnet publish synthetic-data/Fleet.Training -c Release -o /app

FROM mcr.microsoft.com/dotnet/runtime:10.0
# the twin draws through Mesa's EGL where there is no GPU
RUN apt-get update \
    && apt-get install -y --no-install-recommends libegl1 libgl1-mesa-dri libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10003 --create-home --home-dir /data fleet-trainer
COPY --from=build --chown=fleet-trainer /app /opt/fleet/training
USER fleet-trainer
VOLUME /data
ENTRYPOINT ["/opt/fleet/training/fleet-training", "trainer", "--work", "/data/work", "--key-file", "/run/secrets/trainer-key"]
# add: --server https://control-plane:8080
