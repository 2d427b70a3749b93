namespace Fleet.Agent.Updates;

/// <summary>Bytes of a version's files on their way to the device.</summary>
internal sealed class FetchTally
{
    private long _received;
    private long _saved;

    /// <summary>That came over the link.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>That did not have to, because a file came as a parcel.</summary>
    public long Saved => Interlocked.Read(ref _saved);

    public void Receive(int bytes) => Interlocked.Add(ref _received, bytes);

    public void Save(long bytes) => Interlocked.Add(ref _saved, bytes);
}
