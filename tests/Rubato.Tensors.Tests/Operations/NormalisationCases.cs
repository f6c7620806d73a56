using Rubato.Tensors.Layers;

namespace Rubato.Tensors.Tests.Operations;

internal static class NormalisationCases
{
    private const float Eps = 1e-5f;

    public static IEnumerable<Operation> All => [.. Groups(), .. Layers(), .. Others()];

    private static IEnumerable<Operation> Groups()
    {
        (Shape X, int Groups)[] list =
        [
            ([2, 3, 3, 8], 4), ([3, 5, 7, 6], 3), ([2, 4, 4, 33], 11), ([2, 1, 1, 12], 2), ([2, 9], 3),
            ([2, 40, 41, 17], 1), ([2, 19, 64], 32), ([2, 16, 17, 16], 16),
        ];
        foreach ((Shape shape, int groups) in list)
        {
            int channels = shape[-1];
            yield return new Operation($"GroupNorm({groups})", [shape], [[channels], [channels]],
                t => new GroupNorm(t[1], t[2], channels, groups, Eps).Forward(t[0]), t => Group(t[0], groups, t[1], t[2]))
            { Roundings = 12 };
            yield return new Operation($"GroupNorm({groups}) far from zero", [shape], [[channels], [channels]],
                t => new GroupNorm(t[1], t[2], channels, groups, Eps).Forward(t[0]), t => Group(t[0], groups, t[1], t[2]))
            { Roundings = 12, Mean = 1000 };
        }

        yield return new Operation("GroupNorm, scale, shift, SiLU", [[2, 5, 5, 12], [2, 12], [2, 12]], [[12], [12]],
            t => new GroupNorm(t[3], t[4], 12, 4, Eps).Forward(t[0], Activation.Silu, t[1], t[2]),
            t =>
            {
                Twin normal = Group(t[0], 4, t[3], t[4]);
                return Twin.Build(normal.Shape, i => normal[i] * (1 + t[1][i[0], i[3]]) + t[2][i[0], i[3]])
                    .Map(v => v / (1 + Math.Exp(-v)));
            })
        { Roundings = 16 };
        yield return new Operation("GroupNorm without weights", [[2, 4, 10]], [],
            t => new GroupNorm(null, null, 10, 5, Eps).Forward(t[0]), t => Group(t[0], 5, null, null))
        { Roundings = 12 };
    }

    private static Twin Group(Twin x, int groups, Twin? weight, Twin? bias)
    {
        int channels = x.Shape[^1], width = channels / groups, picture = x.Values.Length / x.Shape[0];
        var statistics = new (double Mean, double Variance)[x.Shape[0], groups];
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int g = 0; g < groups; g++)
                statistics[n, g] = Moments(x.Values[(n * picture)..((n + 1) * picture)].Where((_, i) => i % channels / width == g));
        }

        return Twin.Build(x.Shape, i =>
        {
            int c = i[^1];
            (double mean, double variance) = statistics[i[0], c / width];
            return (x[i] - mean) / Math.Sqrt(variance + Eps) * (weight?[c] ?? 1) + (bias?[c] ?? 0);
        });
    }

    private static (double Mean, double Variance) Moments(IEnumerable<double> values)
    {
        double[] x = [.. values];
        double mean = x.Average();
        return (mean, x.Average(v => (v - mean) * (v - mean)));
    }

    private static IEnumerable<Operation> Layers()
    {
        foreach (int width in (int[])[1, 2, 7, 16, 17, 31, 320, 5000])
        {
            foreach (double mean in (double[])[0, 1000])
            {
                yield return new Operation($"LayerNorm around {mean}", [[2, 3, width]], [[width], [width]],
                    t => new LayerNorm(t[1], t[2], [width], Eps).Forward(t[0]),
                    t => Row(t[0], width, (v, _, i) => v * t[1][i] + t[2][i]))
                { Roundings = 12, Mean = mean };
            }

            yield return new Operation("RmsNorm", [[2, 3, width]], [[width]], t => new RmsNorm(t[1], width, Eps).Forward(t[0]),
                t => RootMeanSquare(t[0], t[1], width))
            { Roundings = 12 };
        }

        yield return new Operation("LayerNorm over two axes", [[2, 3, 5]], [[3, 5], [3, 5]],
            t => new LayerNorm(t[1], t[2], [3, 5], Eps).Forward(t[0]),
            t => Row(t[0], 15, (v, _, i) => v * t[1].Values[i] + t[2].Values[i]))
        { Roundings = 12 };
        yield return new Operation("LayerNorm without weights", [[2, 9]], [],
            t => new LayerNorm(null, null, [9], Eps).Forward(t[0]), t => Row(t[0], 9, (v, _, _) => v))
        { Roundings = 12 };
        yield return new Operation("LayerNorm, scale, shift", [[3, 4, 21], [3, 21], [3, 21]], [[21]],
            t => new LayerNorm(t[3], null, [21], Eps).Forward(t[0], t[1], t[2]),
            t => Row(t[0], 21, (v, row, i) => v * t[3][i] * (1 + t[1][row / 4, i]) + t[2][row / 4, i]))
        { Roundings = 14 };
    }

    private static Twin Row(Twin x, int width, Func<double, int, int, double> finish)
    {
        (double Mean, double Variance)[] rows = [.. x.Values.Chunk(width).Select(row => Moments(row))];
        int at = 0;
        return x.Map(v =>
        {
            (double mean, double variance) = rows[at / width];
            double result = finish((v - mean) / Math.Sqrt(variance + Eps), at / width, at % width);
            at++;
            return result;
        });
    }

    private static Twin RootMeanSquare(Twin x, Twin weight, int width)
    {
        double[] squares = [.. x.Values.Chunk(width).Select(row => row.Average(v => v * v))];
        int at = 0;
        return x.Map(v => v / Math.Sqrt(squares[at / width] + Eps) * weight[at++ % width]);
    }

    private static IEnumerable<Operation> Others()
    {
        yield return new Operation("BatchNorm, ReLU", [[2, 3, 19]], [[19], [19], [19], [19]],
            t => new BatchNorm(t[1], t[2] * t[2], t[3], t[4], Eps).Forward(t[0], Activation.Relu),
            t => Twin.Build(t[0].Shape, i => Math.Max(0, t[4][i[2]] + t[3][i[2]] * (t[0][i] - t[1][i[2]])
                / Math.Sqrt((float)(t[2][i[2]] * t[2][i[2]]) + (double)Eps))))
        { Roundings = 6, Differentiable = 1 };
        foreach ((Shape shape, int axis) in ((Shape, int)[])[([2, 3, 1], -1), ([2, 3, 5], -1), ([2, 40, 33], 2), ([2, 7, 5], 1), ([2, 3, 300], -1)])
        {
            int front = axis < 0 ? shape.Rank + axis : axis;
            yield return new Operation($"Softmax({axis})", [shape], [], t => t[0].Softmax(axis),
                t => Twin.Build(t[0].Shape, i => 1 / SumOfRatios(t[0], front, i)))
            { Roundings = 10 };
            yield return new Operation($"LogSoftmax({axis})", [shape], [], t => t[0].LogSoftmax(axis),
                t => Twin.Build(t[0].Shape, i => -Math.Log(SumOfRatios(t[0], front, i))))
            { Roundings = 10 };
        }
    }

    /// <summary>The sum of e^x along an axis, divided by e^x at a place.</summary>
    private static double SumOfRatios(Twin x, int axis, int[] place)
    {
        double sum = 0;
        int[] other = [.. place];
        for (other[axis] = 0; other[axis] < x.Shape[axis]; other[axis]++) sum += Math.Exp(x[other] - x[place]);
        return sum;
    }
}
