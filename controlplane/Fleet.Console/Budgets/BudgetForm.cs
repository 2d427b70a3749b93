using Fleet.Contracts;

namespace Fleet.Console.Budgets;

/// <summary>A policy's budgets as they are typed: mebibytes and percent. Whatever else the policy says stays as it is.</summary>
internal sealed class BudgetForm(DevicePolicy policy)
{
    private const double Mebibyte = 1 << 20;

    public int SamplesPerHour { get; set; } = policy.SamplesPerHour;

    public double RandomPercent { get; set; } = Percent(policy.RandomShare);

    public double MebibytesPerHour { get; set; } = policy.Gather.BytesPerHour / Mebibyte;

    public double MebibytesPerDay { get; set; } = policy.Gather.BytesPerDay / Mebibyte;

    public double OutboxMebibytes { get; set; } = policy.OutboxBytes / Mebibyte;

    public double CameraPercent { get; set; } = Percent(policy.Gather.CameraShare);

    public double ClassPercent { get; set; } = Percent(policy.Gather.ClassShare);

    public double DriftAlarm { get; set; } = policy.Gather.DriftAlarm;

    public double DriftEnd { get; set; } = policy.Gather.DriftEnd;

    public EngineSharing EngineSharing { get; set; } = policy.EngineSharing;

    /// <summary>What is typed, in the policy.</summary>
    public DevicePolicy Policy => policy with
    {
        SamplesPerHour = SamplesPerHour,
        RandomShare = RandomPercent / 100,
        OutboxBytes = Bytes(OutboxMebibytes),
        EngineSharing = EngineSharing,
        Gather = policy.Gather with
        {
            BytesPerHour = Bytes(MebibytesPerHour),
            BytesPerDay = Bytes(MebibytesPerDay),
            CameraShare = CameraPercent / 100,
            ClassShare = ClassPercent / 100,
            DriftAlarm = DriftAlarm,
            DriftEnd = DriftEnd,
        },
    };

    // what is left alone is to come out as it went in
    private static double Percent(double share) => Math.Round(share * 100, 6);

    private static long Bytes(double mebibytes) => (long)Math.Round(mebibytes * Mebibyte);
}
