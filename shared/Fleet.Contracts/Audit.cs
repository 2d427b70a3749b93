using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fleet.Contracts;

/// <summary>One thing that somebody did, or tried. Rows form a chain: each carries the hash of the one before.</summary>
/// <param name="Sequence">From 1, without gaps.</param>
/// <param name="At">When, by the control plane's clock.</param>
/// <param name="Who">Account, key or device; <c>-</c> for a stranger.</param>
/// <param name="Act">What, as <c>POST /api/v1/rollouts/{id}/pause</c>.</param>
/// <param name="On">To what: the values in the address, such as an id; empty where there are none.</param>
/// <param name="Status">HTTP status of the answer: below 400 it was done, else it was refused.</param>
/// <param name="From">Network address it came from.</param>
/// <param name="Previous">Hash of the row before; 64 zeros for the first.</param>
/// <param name="Hash">SHA-256 over all of the above, 64 hex digits; see <see cref="AuditChain"/>.</param>
public sealed record AuditEntry(long Sequence, DateTimeOffset At, string Who, string Act, string On, int Status, string From, string Previous, string Hash);

/// <summary>The end of the chain. Kept elsewhere, it proves later that nothing before it was changed or cut off.</summary>
/// <param name="Sequence">Of the newest row; 0 when there is none.</param>
/// <param name="Hash">Its hash.</param>
public sealed record AuditHead(long Sequence, string Hash)
{
    /// <summary>Before the first row.</summary>
    public static AuditHead None { get; } = new(0, AuditChain.Genesis);

    /// <summary>Reads <c>SEQUENCE:HASH</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static AuditHead Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && long.TryParse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && text.Length - colon - 1 == AuditChain.Genesis.Length
            ? new AuditHead(sequence, text[(colon + 1)..])
            : throw new FormatException($"'{text}' is not a head of the audit log: wanted SEQUENCE:HASH as 'audit head' prints it.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}:{Hash}");
}

/// <summary>The arithmetic of the audit log, the same for who writes and who checks.</summary>
public static class AuditChain
{
    /// <summary>What stands before the first row.</summary>
    public static string Genesis { get; } = new('0', 64);

    /// <summary>SHA-256 over the fields of a row, each with its length before it, so that none can run into the next.</summary>
    /// <returns>64 hex digits.</returns>
    public static string HashOf(AuditEntry row)
    {
        ArgumentNullException.ThrowIfNull(row);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] fields =
        [
            row.Sequence.ToString(CultureInfo.InvariantCulture), row.At.UtcTicks.ToString(CultureInfo.InvariantCulture),
            row.Who, row.Act, row.On, row.Status.ToString(CultureInfo.InvariantCulture), row.From, row.Previous,
        ];
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var field in fields)
        {
            var bytes = Encoding.UTF8.GetBytes(field);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Holds a row against the one before.</summary>
    /// <returns>What is wrong, one sentence; null when nothing is.</returns>
    public static string? Fault(AuditHead before, AuditEntry row)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(row);
        return row.Sequence != before.Sequence + 1 ? $"Row {before.Sequence + 1} is missing: after row {before.Sequence} comes row {row.Sequence}."
            : row.Previous != before.Hash ? $"Row {row.Sequence} does not follow row {before.Sequence}: rows were exchanged or written anew."
            : row.Hash != HashOf(row) ? $"Row {row.Sequence} was changed: its content does not give its hash."
            : null;
    }
}
