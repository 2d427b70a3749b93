using System.Text.Json.Serialization;
using Fleet.Contracts;

namespace Fleet.Agent.Status;

/// <summary>How the agent is, for whoever stands before the box.</summary>
/// <param name="Reported">What it says it runs.</param>
/// <param name="Telemetry">What it counted.</param>
/// <param name="Link">The way to the control plane.</param>
/// <param name="Process">The daemon itself.</param>
/// <param name="Sources">Where each camera's frames come from, without secrets.</param>
internal sealed record AgentStatus(Reported Reported, Telemetry Telemetry, LinkStatus Link, ProcessStatus Process, IReadOnlyDictionary<string, string> Sources);

/// <param name="ControlPlane">Its address.</param>
/// <param name="IsConnected">MQTT is up.</param>
/// <param name="CertificateEndsAt">When the device's certificate ends.</param>
internal sealed record LinkStatus(string ControlPlane, bool IsConnected, DateTimeOffset CertificateEndsAt);

/// <param name="Id">Process number.</param>
/// <param name="ResidentBytes">Memory.</param>
/// <param name="ManagedBytes">Of it, what .NET holds.</param>
/// <param name="Handles">Open files, pipes and sockets.</param>
/// <param name="Threads">Threads.</param>
/// <param name="ProcessorSeconds">Processor time used since it started.</param>
/// <param name="AllocatedBytes">Memory that .NET gave out since it started, garbage included.</param>
/// <param name="FirstFrameSeconds">From the start of the process to the first completed frame; null before it.</param>
internal sealed record ProcessStatus(int Id, long ResidentBytes, long ManagedBytes, int Handles, int Threads, double ProcessorSeconds, long AllocatedBytes, double? FirstFrameSeconds);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(AgentStatus))]
internal sealed partial class StatusJson : JsonSerializerContext;
