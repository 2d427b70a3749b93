using Fleet.SystemTests;
using Fleet.SystemTests.Browser;
using Fleet.SystemTests.Rings;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Fleet.SystemTests;

/// <summary>What takes long starts first, beside everything else: what starts last decides when the suite ends.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly List<string> Long = [nameof(LoopTests), nameof(SoakTests), nameof(WholeLoopTests), nameof(BadVersionTests)];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => Long.FindIndex(name => c.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal)) is >= 0 and var rank ? rank : Long.Count)];
}
