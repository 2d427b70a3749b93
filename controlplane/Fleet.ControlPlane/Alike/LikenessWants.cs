using Fleet.Contracts;

namespace Fleet.ControlPlane.Alike;

/// <summary>Pictures that somebody wants to compare and that are not described yet; whoever asked last is served first. What is lost with a restart is asked for by the next look at the page.</summary>
internal sealed class LikenessWants
{
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<Digest, bool> _waiting = [];

    /// <param name="first">Nothing can be compared without this one.</param>
    /// <param name="pictures">In the order in which they are wanted.</param>
    public void Add(Digest first, IReadOnlyList<Digest> pictures)
    {
        lock (_lock)
        {
            // taken from the end, where taking moves nothing
            foreach (var picture in pictures.Take(LikenessStore.Most - _waiting.Count).Reverse())
            {
                _waiting.TryAdd(picture, true);
            }

            if (_waiting.Remove(first))
            {
                _waiting.Add(first, true);
            }
        }
    }

    /// <summary>Takes the next one out.</summary>
    public Digest? Next()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                return null;
            }

            var next = _waiting.GetAt(_waiting.Count - 1).Key;
            _waiting.RemoveAt(_waiting.Count - 1);
            return next;
        }
    }
}
