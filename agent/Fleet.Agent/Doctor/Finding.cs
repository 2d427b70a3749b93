using System.Text.Json.Serialization;

namespace Fleet.Agent.Doctor;

/// <summary>How well something is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
internal enum Verdict
{
    /// <summary>Nothing needs to be done.</summary>
    Ok,

    /// <summary>It works, and somebody should look at it.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}

/// <summary>What was looked at, and what to do.</summary>
/// <param name="What"><c>camera dock</c>, <c>disk</c> and others.</param>
/// <param name="Verdict">How well it is.</param>
/// <param name="Says">What was seen.</param>
/// <param name="Do">What to do; null where nothing needs to be done.</param>
internal sealed record Finding(string What, Verdict Verdict, string Says, string? Do = null)
{
    public static Finding Ok(string what, string says) => new(what, Verdict.Ok, says);

    public static Finding Warn(string what, string says, string todo) => new(what, Verdict.Warn, says, todo);

    public static Finding Fail(string what, string says, string todo) => new(what, Verdict.Fail, says, todo);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
internal sealed partial class DoctorJson : JsonSerializerContext;
