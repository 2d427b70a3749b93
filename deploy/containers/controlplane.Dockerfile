# Build from the repository's root: docker build -f deploy/containers/controlplane.Dockerfile -t fleet-controlplane .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY . .
RUN dotnet publish controlplane/Fleet.ControlPlane -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN useradd --system --uid 10001 --create-home --home-dir /data fleet
COPY --from=build /app /opt/fleet/controlplane
USER fleet
VOLUME /data
EXPOSE 8080 8443 8883
# outside loopback the operator listener is HTTPS with the control plane's own certificate authority
ENTRYPOINT ["/opt/fleet/controlplane/fleet-controlplane", "--Fleet:Data=/data/fleet", "--Fleet:Operator:Url=https://0.0.0.0:8080", "--Fleet:Device:Port=8443", "--Fleet:Mqtt:Port=8883"]
