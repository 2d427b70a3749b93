using Fleet.Vision.Tracking;

namespace Fleet.Shared.Tests.Vision.Tracking;

public sealed class AssignmentTests
{
    [Fact]
    public void Is_the_best_of_all_that_there_are()
    {
        var chance = new Random(1);
        var assignment = new Assignment();
        for (var round = 0; round < 300; round++)
        {
            var (rows, columns) = (chance.Next(1, 6), chance.Next(1, 6));
            var weights = new float[rows, columns];
            assignment.Begin(rows, columns);
            for (var i = 0; i < rows * columns; i++)
            {
                if (chance.NextDouble() < 0.5)
                {
                    weights[i / columns, i % columns] = (float)chance.NextDouble();
                    assignment.Add(i / columns, i % columns, weights[i / columns, i % columns]);
                }
            }

            assignment.Solve();
            var chosen = Enumerable.Range(0, rows).Select(assignment.ColumnOf).ToList();
            Assert.Equal(chosen.Count(c => c >= 0), chosen.Where(c => c >= 0).Distinct().Count());
            Assert.Equal(Best(weights, 0, 0), Enumerable.Range(0, rows).Sum(r => chosen[r] < 0 ? 0 : weights[r, chosen[r]]), 1e-5f);
        }
    }

    private static float Best(float[,] weights, int row, int taken)
    {
        if (row == weights.GetLength(0))
        {
            return 0;
        }

        var best = Best(weights, row + 1, taken);
        for (var column = 0; column < weights.GetLength(1); column++)
        {
            if ((taken & (1 << column)) == 0)
            {
                best = Math.Max(best, weights[row, column] + Best(weights, row + 1, taken | (1 << column)));
            }
        }

        return best;
    }
}
