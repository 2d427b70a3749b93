namespace Fleet.Testing;

/// <summary>
/// Damages valid input in the ways that parsers trip over, the same for the same seed. A short run is part of the suite;
/// <c>./fleet fuzz</c> sets <c>FLEET_FUZZ_RUNS</c> and another <c>FLEET_FUZZ_SEED</c> for a long one.
/// </summary>
public static class Mutants
{
    private const int MaxDamage = 6;
    private const int MaxCopied = 64;
    private static readonly byte[] Telling = [0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'{', (byte)'[', (byte)'-', (byte)'9', (byte)'\\', (byte)'.'];

    /// <summary>How many mutants of each input; <paramref name="few"/> where nobody asks for more.</summary>
    public static int Runs(int few) => int.TryParse(Environment.GetEnvironmentVariable("FLEET_FUZZ_RUNS"), out var runs) ? runs : few;

    /// <summary>Feeds mutants of <paramref name="seeds"/> to <paramref name="read"/>, which returns when it understood or refused one as it should.</summary>
    /// <exception cref="InvalidOperationException">It threw anything else; the message holds the mutant, to be made a test of its own.</exception>
    public static void Feed(IReadOnlyList<byte[]> seeds, int few, Action<byte[]> read)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(read);
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FLEET_FUZZ_SEED"), out var given) ? given : 1;
        var chance = new Random(seed);
        for (var run = 0; run < Runs(few); run++)
        {
            var mutant = Damage(seeds[chance.Next(seeds.Count)], seeds, chance);
            try
            {
                read(mutant);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Run {run} of seed {seed}: {e.GetType().Name}: {e.Message} for {Convert.ToBase64String(mutant)}", e);
            }
        }
    }

    private static byte[] Damage(byte[] valid, IReadOnlyList<byte[]> seeds, Random chance)
    {
        var bytes = valid.ToList();
        for (var i = chance.Next(1, MaxDamage); i > 0 && bytes.Count > 0; i--)
        {
            var at = chance.Next(bytes.Count);
            switch (chance.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << chance.Next(8));
                    break;
                case 1:
                    bytes[at] = Telling[chance.Next(Telling.Length)];
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(chance.Next(1, MaxCopied), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(chance.Next(1, MaxCopied), bytes.Count - at)));
                    break;
                case 4:
                    bytes.InsertRange(at, Enumerable.Repeat(Telling[chance.Next(Telling.Length)], chance.Next(1, MaxCopied)));
                    break;
                case 5:
                    var other = seeds[chance.Next(seeds.Count)];
                    var from = chance.Next(other.Length);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + chance.Next(1, MaxCopied))]);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
