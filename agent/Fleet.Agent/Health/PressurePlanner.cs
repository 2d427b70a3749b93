using System.Globalization;
using Fleet.Contracts;

namespace Fleet.Agent.Health;

/// <summary>What is too much for this computer.</summary>
/// <param name="HotC">From this temperature on.</param>
/// <param name="LeastMemoryBytes">Below this free memory.</param>
internal sealed record PressureLimits(double HotC, long LeastMemoryBytes);

/// <summary>Decides how much load to shed: halvings of cameras' rates, one at a time, the least important camera first.</summary>
internal static class PressurePlanner
{
    /// <summary>A camera keeps at least an eighth of its rate.</summary>
    public const int MostPerCamera = 3;

    /// <summary>A measure has so long to show before another is taken …</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(15);

    /// <summary>… and is lifted when all has been well for so long.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromSeconds(60);

    /// <summary>Only below its limit by so much has a temperature come down.</summary>
    private const double CoolerC = 5;

    /// <summary>What is wrong, in words; empty when nothing is.</summary>
    /// <param name="now">Read now.</param>
    /// <param name="before">Read before; null the first time.</param>
    /// <param name="limits">What is too much.</param>
    /// <param name="isShedding">Load is being shed: a value must then be clearly good again.</param>
    public static IReadOnlyList<string> Reasons(HealthReading now, HealthReading? before, PressureLimits limits, bool isShedding)
    {
        var reasons = new List<string>();
        var hot = limits.HotC - (isShedding ? CoolerC : 0);
        if (now.TemperatureC >= hot)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"it is {now.TemperatureC:0} °C warm, and {hot:0} °C is too much"));
        }

        if (now.IsCooling || now.Throttled > before?.Throttled)
        {
            reasons.Add("the processor slows itself down because of heat");
        }

        var least = limits.LeastMemoryBytes * (isShedding ? 3 : 2) / 2;
        if (now.MemoryFreeBytes < (isShedding ? least : limits.LeastMemoryBytes))
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{now.MemoryFreeBytes >> 20} MiB of memory are free, and {limits.LeastMemoryBytes >> 20} MiB are the least"));
        }

        return reasons;
    }

    /// <param name="level">Halvings in force.</param>
    /// <param name="cameras">How many cameras there are.</param>
    /// <param name="isPressed">Something is wrong now.</param>
    /// <param name="sinceChange">Since the level changed.</param>
    /// <param name="calmFor">Since something was wrong last.</param>
    /// <returns>Halvings to be in force.</returns>
    public static int Next(int level, int cameras, bool isPressed, TimeSpan sinceChange, TimeSpan calmFor) =>
        isPressed && sinceChange >= Settle ? Math.Min(level + 1, cameras * MostPerCamera)
        : !isPressed && level > 0 && calmFor >= Calm && sinceChange >= Settle ? level - 1
        : Math.Min(level, cameras * MostPerCamera);

    /// <summary>Deals the halvings out.</summary>
    /// <param name="level">How many.</param>
    /// <param name="cameras">All cameras, as the directive lists them.</param>
    /// <param name="first">Cameras whose rate is halved first; the others follow from the last to the first.</param>
    public static IReadOnlyDictionary<CameraId, int> Deal(int level, IReadOnlyList<CameraId> cameras, IReadOnlyList<CameraId> first)
    {
        CameraId[] order = [.. first.Where(cameras.Contains).Distinct(), .. cameras.Where(c => !first.Contains(c)).Reverse()];
        return order.Select((camera, i) => (camera, i)).ToDictionary(c => c.camera, c => Math.Min(MostPerCamera, (level / order.Length) + (c.i < level % order.Length ? 1 : 0)));
    }
}
