namespace Fleet.Twin.Commands;

/// <summary>Writes a file so that its name shows either all of it or what was there before.</summary>
internal static class WholeFile
{
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var draft = path + ".part";
        try
        {
            File.WriteAllBytes(draft, content);
            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
