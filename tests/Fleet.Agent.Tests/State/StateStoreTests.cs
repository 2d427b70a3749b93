using Fleet.Agent.State;
using Fleet.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fleet.Agent.Tests.State;

public sealed class StateStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private AgentPaths Paths => AgentPaths.Of(_folder.Path);

    [Fact]
    public void A_change_is_there_after_a_start()
    {
        Open().Change(s => s with { SeenGeneration = 7 } with { Cameras = [new CameraSlots(A.Camera, A.V1, A.V2, Slot.B, Slot.A)] });

        var slots = Open().Current.SlotsOf(A.Camera);
        Assert.True(A.V1.Is(slots.GoodVersion) && A.V2.Is(slots.ActiveVersion));
        Assert.Equal(7, Open().Current.SeenGeneration);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    public void A_damaged_file_gives_way_to_its_predecessor(int keptBytes)
    {
        var store = Open();
        store.Change(s => s with { SeenGeneration = 1 });
        store.Change(s => s with { SeenGeneration = 2 });
        var bytes = File.ReadAllBytes(Paths.State);
        bytes[^3] ^= 1;
        File.WriteAllBytes(Paths.State, keptBytes < 0 ? bytes : bytes[..keptBytes]);

        Assert.Equal(1, Open().Current.SeenGeneration);

        Open().Change(s => s with { SeenGeneration = 3 });
        Assert.Equal(3, Open().Current.SeenGeneration);
    }

    [Fact]
    public void A_cut_between_the_two_renames_leaves_the_predecessor()
    {
        Open().Change(s => s with { SeenGeneration = 1 });
        File.Move(Paths.State, StateFile.Predecessor(Paths.State));

        Assert.Equal(1, Open().Current.SeenGeneration);
    }

    [Fact]
    public void A_second_agent_on_the_same_folder_is_refused_with_a_sentence()
    {
        using var first = DataLock.Take(Paths);

        var refused = Assert.Throws<UsageException>(() => DataLock.Take(Paths));
        Assert.Contains("Another agent runs on the data folder", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private StateStore Open() => new(Paths, NullLogger<StateStore>.Instance);
}
