namespace Fleet.Agent.Tests.Whole;

/// <summary>An upload that is under way.</summary>
internal sealed class FakeUpload(long length)
{
    public long Length => length;

    public MemoryStream Bytes { get; } = new();

    public string Text => Bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
