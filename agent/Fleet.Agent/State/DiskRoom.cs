namespace Fleet.Agent.State;

/// <summary>A little disk that is given up when none is left, so that the state can be written even then: a device that cannot note what it does cannot say why it stopped.</summary>
internal sealed class DiskRoom(string path)
{
    private const int SizeBytes = 256 << 10;
    private const int OfFree = 4;

    // the errors of the system, as .NET hands them on
    private const int NoSpace = 28;
    private const int Quota = 122;

    /// <summary>The disk, or what this user may have of it, is used up.</summary>
    public static bool IsMissing(Exception e) => e is IOException { HResult: NoSpace or Quota };

    /// <summary>Takes the room where it is not taken and the disk has plenty.</summary>
    public void Take()
    {
        if (File.Exists(path) || new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace < OfFree * SizeBytes)
        {
            return;
        }

        try
        {
            DurableFile.Write(path, new byte[SizeBytes], DurableFile.Secret);
        }
        catch (IOException e) when (IsMissing(e))
        {
            // somebody was faster: the next change tries again
        }
    }

    public void GiveUp() => File.Delete(path);
}
