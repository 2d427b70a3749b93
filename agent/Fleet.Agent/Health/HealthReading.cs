namespace Fleet.Agent.Health;

/// <summary>How the computer is now; what it does not offer is null.</summary>
/// <param name="TemperatureC">Its warmest sensor.</param>
/// <param name="Throttled">Times a processor slowed down because of heat, since the computer started.</param>
/// <param name="IsCooling">The system holds a processor back right now.</param>
/// <param name="MemoryFreeBytes">What programs can still have, within the limit of our own control group.</param>
/// <param name="DiskFreeBytes">Where the agent keeps its data.</param>
internal sealed record HealthReading(double? TemperatureC, long? Throttled, bool IsCooling, long? MemoryFreeBytes, long DiskFreeBytes);
