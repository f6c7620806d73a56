namespace Rubato.Tensors.Tests.Operations;

/// <summary>Reductions over axes other than the batch; sums are float64, so one rounding is left.</summary>
internal static class ReductionCases
{
    public static IEnumerable<Operation> All
    {
        get
        {
            foreach ((Shape shape, int[] axes) in ((Shape, int[])[])[([2, 3, 1], [2]), ([2, 3, 13], [-1]), ([2, 5, 7, 3], [1, 2]), ([3, 4, 9], [1]), ([2, 4, 6000], [2])])
            {
                string over = $" over [{string.Join(", ", axes)}]";
                yield return Case("Sum" + over, shape, axes, x => x.Sum(axes), values => values.Sum());
                yield return Case("Mean" + over, shape, axes, x => x.Mean(axes), values => values.Average());
                yield return Case("Max" + over, shape, axes, x => x.Max(axes), values => values.Max()) with { Roundings = 0 };
                yield return Case("Variance" + over, shape, axes, x => x.Variance(axes), values =>
                {
                    double mean = values.Average();
                    return values.Average(v => (v - mean) * (v - mean));
                });
            }
        }
    }

    private static Operation Case(string name, Shape shape, int[] axes, Func<Tensor, Tensor> forward, Func<IReadOnlyList<double>, double> reduce)
        => new(name, [shape], [], t => forward(t[0]), t =>
        {
            bool[] reduced = [.. shape.Select((_, axis) => axes.Contains(axis) || axes.Contains(axis - shape.Rank))];
            int[] kept = [.. t[0].Shape.Select((length, axis) => reduced[axis] ? 1 : length)];
            return Twin.Build(kept, place =>
            {
                List<double> values = [];
                _ = Twin.Build(t[0].Shape, i =>
                {
                    if (i.Select((index, axis) => reduced[axis] || index == place[axis]).All(same => same)) values.Add(t[0][i]);
                    return 0;
                });
                return reduce(values);
            });
        })
        { Roundings = 1.01 };
}
