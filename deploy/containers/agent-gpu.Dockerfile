# The agent on NVIDIA hardware: TensorRT, CUDA and cuDNN come from the base image, the managed code is the same.
# Build where the package registry has Microsoft.ML.OnnxRuntime.Gpu:
#   docker build -f deploy/containers/agent-gpu.Dockerfile -t fleet-agent-gpu .
#   docker run --gpus all -v fleet-agent:/data fleet-agent-gpu
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
COPY . .
RUN dotnet publish agent/Fleet.Agent -c Release -p:Accelerator=gpu --self-contained true -o /app

FROM nvcr.io/nvidia/tensorrt:25.08-py3
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg libgtk-3-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10002 --groups video --create-home --home-dir /data fleet-agent
COPY --from=build /app /opt/fleet/agent
USER fleet-agent
VOLUME /data
ENTRYPOINT ["/opt/fleet/agent/fleet-agent"]
CMD ["run", "--data", "/data/agent"]
