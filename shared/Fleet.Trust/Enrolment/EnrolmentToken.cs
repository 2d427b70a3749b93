using System.Buffers.Text;
using System.Text.Json;
using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>An <see cref="EnrolmentTicket"/> as one text to paste: base64url of its JSON.</summary>
public static class EnrolmentToken
{
    private const int MaxLength = 4096;

    /// <summary>The text for <paramref name="ticket"/>.</summary>
    public static string Encode(EnrolmentTicket ticket) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(ticket, FleetJson.Strict.EnrolmentTicket));

    /// <summary>Reads a pasted text; white space around it and within it is ignored.</summary>
    /// <exception cref="ProblemException"><see cref="Problems.EnrolmentToken"/>: it is cut off, mistyped or something else.</exception>
    public static EnrolmentTicket Parse(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var text = string.Concat(token.Where(c => !char.IsWhiteSpace(c)));
        try
        {
            if (text.Length is > 0 and <= MaxLength
                && JsonSerializer.Deserialize(Base64Url.DecodeFromChars(text), FleetJson.Tolerant.EnrolmentTicket) is { } ticket
                && IsUsable(ticket))
            {
                return ticket;
            }
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw Unreadable(text, e);
        }

        throw Unreadable(text, null);
    }

    private static bool IsUsable(EnrolmentTicket ticket) =>
        Uri.TryCreate(ticket.Url, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps
        && IsHex(ticket.CaPin) && IsHex(ticket.Secret);

    private static bool IsHex(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static ProblemException Unreadable(string text, Exception? cause) => new(
        Problems.EnrolmentToken,
        $"The enrolment token ({text.Length} characters) cannot be read; paste the whole text that the console or 'fleet devices enrol' printed, or make a new one.",
        cause);
}
