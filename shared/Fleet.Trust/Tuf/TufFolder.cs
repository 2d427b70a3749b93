using Fleet.Contracts;

namespace Fleet.Trust;

/// <summary>A client's metadata folder.</summary>
internal sealed class TufFolder(string folder)
{
    public bool Has(string role) => File.Exists(PathOf(role));

    /// <summary>The trusted root; its own signatures are checked again, so that a damaged disk is noticed.</summary>
    public RootMetadata Root() => Has(TufRoles.Root)
        ? RootMetadata.ParseSelfSigned(File.ReadAllBytes(PathOf(TufRoles.Root)))
        : throw new ProblemException(Problems.TrustMalformed, $"There is no root.json in {folder}; enrol the device, which brings the first trusted root.");

    /// <summary>A stored file, or null where there is none that the root's keys signed: after a key change, and after damage to the disk, the file is fetched as if for the first time.</summary>
    public TufDocument? Read(RootMetadata root, string role) => Read(role, bytes => root.Verify(role, bytes));

    /// <inheritdoc cref="Read(RootMetadata, string)"/>
    public TufDocument? Read(Delegation role) => Read(role.Name, role.Verify);

    public void Write(TufDocument document) => DurableFile.Write(PathOf(document.Role), document.Bytes);

    public void Delete(string role) => DurableFile.Delete(PathOf(role));

    private TufDocument? Read(string role, Func<byte[], TufDocument> verify)
    {
        if (!Has(role))
        {
            return null;
        }

        try
        {
            return verify(File.ReadAllBytes(PathOf(role)));
        }
        catch (ProblemException e) when (e.Kind == Problems.TrustSignature || e.Kind == Problems.TrustMalformed)
        {
            return null;
        }
    }

    // a delegated role may be called "../x"
    private string PathOf(string role) => Path.Combine(folder, $"{Uri.EscapeDataString(role)}.json");
}
