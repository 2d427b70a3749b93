namespace Fleet.Twin.World;

/// <summary>What can be rendered frame by frame. Frame <c>i</c> of a seed is the same bytes whatever was rendered before.</summary>
internal interface IWorld : IDisposable
{
    TwinFrame Render(long index);

    /// <summary>What <see cref="Render"/> would annotate, at less cost where that is possible.</summary>
    IReadOnlyList<TwinAnnotation> Annotate(long index);
}
