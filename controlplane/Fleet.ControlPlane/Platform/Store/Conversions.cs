using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Fleet.ControlPlane.Platform.Store;

/// <summary>Times are stored as UTC ticks, so that the database can order them.</summary>
internal sealed class UtcTicksConverter() : ValueConverter<DateTimeOffset, long>(v => v.UtcTicks, v => new DateTimeOffset(v, TimeSpan.Zero));

/// <summary>Ids are stored as their text.</summary>
internal sealed class TextIdValueConverter<T>() : ValueConverter<T, string>(v => v.ToString()!, v => Parse(v))
    where T : struct, IParsable<T>
{
    private static T Parse(string text) => T.Parse(text, null);
}

internal static class JsonColumn
{
    /// <summary>Stores a value that is never queried into as JSON; the value is replaced as a whole, never changed in place.</summary>
    public static PropertyBuilder<T> HasJson<T>(this PropertyBuilder<T> property, JsonTypeInfo<T> type) where T : class? =>
        property.HasConversion(
            v => JsonSerializer.Serialize(v, type),
            v => JsonSerializer.Deserialize(v, type)!,
            new ValueComparer<T>((a, b) => ReferenceEquals(a, b), v => v == null ? 0 : v.GetHashCode(), v => v));
}
