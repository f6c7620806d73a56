namespace Rubato.Tensors.Tests.Operations;

internal static class ResamplingCases
{
    public static IEnumerable<Operation> All
    {
        get
        {
            foreach ((int h, int w, int c, int toH, int toW) in ((int, int, int, int, int)[])[(3, 4, 5, 6, 8), (5, 3, 17, 9, 7), (4, 4, 3, 3, 2), (12, 12, 40, 24, 24)])
            {
                yield return new Operation($"UpsampleNearest({toH}, {toW})", [[2, h, w, c]], [], t => t[0].UpsampleNearest(toH, toW),
                    t => Twin.Build([t[0].Shape[0], toH, toW, c], i => t[0][i[0], i[1] * h / toH, i[2] * w / toW, i[3]]))
                { Roundings = 0 };
                yield return new Operation($"Resize({toH}, {toW}) by area", [[2, h, w, c]], [], t => t[0].Resize(toH, toW, Interpolation.Area),
                    t => Along(Along(t[0], 1, toH, Area), 2, toW, Area))
                { Roundings = 8 };
                yield return new Operation($"Resize({toH}, {toW}), bilinear", [[2, h, w, c]], [], t => t[0].Resize(toH, toW, Interpolation.Bilinear),
                    t => Along(Along(t[0], 1, toH, Hat), 2, toW, Hat))
                { Roundings = 8 };
            }

            foreach ((int h, int w, int c) in ((int, int, int)[])[(4, 6, 3), (2, 2, 17), (5, 7, 8), (20, 20, 36)])
            {
                yield return new Operation("AveragePool2d(2, 2)", [[2, h, w, c]], [], t => t[0].AveragePool2d(2, 2),
                    t => Twin.Build([t[0].Shape[0], h / 2, w / 2, c], i => Mean(t[0], i, 2, 2)))
                { Roundings = 4 };
                yield return new Operation("AveragePool2d(2, 2) to the end", [[2, h, w, c]], [], t => t[0].AveragePool2d(2, 2, ceilMode: true),
                    t => Twin.Build([t[0].Shape[0], (h + 1) / 2, (w + 1) / 2, c], i => Mean(t[0], i, 2, 2)))
                { Roundings = 4 };
                yield return new Operation("FirUpsample2d", [[2, h, w, c]], [], t => t[0].FirUpsample2d(),
                    t => Filtered(t[0], 2 * h, 2 * w, up: 2, down: 1, before: 2, gain: 4))
                { Roundings = 8 };
                yield return new Operation("FirDownsample2d", [[2, h, w, c]], [], t => t[0].FirDownsample2d(),
                    t => Filtered(t[0], h / 2, w / 2, up: 1, down: 2, before: 1, gain: 1))
                { Roundings = 16 };
                yield return new Operation("MaxPool2d(2, 1, 1)", [[2, h, w, c]], [], t => t[0].MaxPool2d(2, 1, 1),
                    t => Twin.Build([t[0].Shape[0], h + 1, w + 1, c], i => Window(t[0], i, 2, 1, 1).Max()))
                { Roundings = 0 };
            }

            // Of 8 lines the last window has but two; of 7 columns none hangs over.
            yield return new Operation("MaxPool2d(3, 2, ceiling)", [[2, 8, 7, 19]], [], t => t[0].MaxPool2d(3, 2, ceiling: true),
                t => Twin.Build([t[0].Shape[0], 4, 3, 19], i => Window(t[0], i, 3, 2, 0).Max()))
            { Roundings = 0 };
            // A window that would begin beyond the edge does not count: here the third, at the sixth of 5 columns.
            yield return new Operation("MaxPool2d(1, 3, ceiling)", [[2, 4, 5, 3]], [], t => t[0].MaxPool2d(1, 3, ceiling: true),
                t => Twin.Build([t[0].Shape[0], 2, 2, 3], i => Window(t[0], i, 1, 3, 0).Max()))
            { Roundings = 0 };
            yield return new Operation("AveragePool2d(3, 2)", [[2, 7, 8, 5]], [], t => t[0].AveragePool2d(3, 2),
                t => Twin.Build([t[0].Shape[0], 3, 3, 5], i => Mean(t[0], i, 3, 2)))
            { Roundings = 9 };
            yield return new Operation("AveragePool2d(3, 1, padding 1)", [[2, 7, 2, 19]], [], t => t[0].AveragePool2d(3, 1, padding: 1),
                t => Twin.Build([t[0].Shape[0], 7, 2, 19], i => Mean(t[0], i, 3, 1, 1)))
            { Roundings = 9 };
            yield return new Operation("AveragePool2d(4, 3, to the end, padding 2)", [[2, 7, 8, 5]], [],
                t => t[0].AveragePool2d(4, 3, ceilMode: true, padding: 2),
                t => Twin.Build([t[0].Shape[0], 3, 4, 5], i => Mean(t[0], i, 4, 3, 2)))
            { Roundings = 16 };
            foreach (PaddingMode mode in Enum.GetValues<PaddingMode>())
            {
                yield return new Operation($"Pad(1, 2, 3, 0) by {mode}", [[2, 4, 5, 19]], [], t => t[0].Pad(1, 2, 3, 0, mode),
                    t => Twin.Build([t[0].Shape[0], 8, 7, 19], i => Beyond(t[0], mode, i[0], i[1] - 1, i[2] - 2, i[3])))
                { Roundings = 0 };
            }
        }
    }

    private static double Beyond(Twin x, PaddingMode mode, int n, int row, int column, int c)
    {
        if (mode == PaddingMode.Zeros) return x.OrZero(n, row, column, c);
        return x[n, Inside(row, x.Shape[1]), Inside(column, x.Shape[2]), c];

        int Inside(int at, int length)
        {
            while (at < 0 || at >= length)
            {
                at = mode switch
                {
                    PaddingMode.Reflect => at < 0 ? -at : 2 * length - 2 - at,
                    PaddingMode.Replicate => at < 0 ? at + 1 : at - 1,
                    _ => at < 0 ? at + length : at - length,
                };
            }

            return at;
        }
    }

    private static IEnumerable<double> Window(Twin x, int[] at, int kernel, int stride, int padding)
        => from row in Enumerable.Range(at[1] * stride - padding, kernel)
           from column in Enumerable.Range(at[2] * stride - padding, kernel)
           where row >= 0 && row < x.Shape[1] && column >= 0 && column < x.Shape[2]
           select x[at[0], row, column, at[3]];

    private static double Mean(Twin x, int[] at, int kernel, int stride, int padding = 0) => Window(x, at, kernel, stride, padding).Average();

    /// <summary>The definition: zeros between the pixels and around them, the filter [1, 3, 3, 1] on both axes, every down-th place.</summary>
    private static Twin Filtered(Twin x, int height, int width, int up, int down, int before, double gain)
    {
        double[] filter = [1, 3, 3, 1];
        return Twin.Build([x.Shape[0], height, width, x.Shape[3]], i =>
        {
            double sum = 0;
            for (int ky = 0; ky < 4; ky++)
            {
                for (int kx = 0; kx < 4; kx++)
                {
                    int row = i[1] * down + ky - before, column = i[2] * down + kx - before;
                    if (row % up == 0 && column % up == 0)
                        sum += gain * filter[ky] * filter[kx] / 64 * x.OrZero(i[0], row / up, column / up, i[3]);
                }
            }

            return sum;
        });
    }

    /// <summary>One axis re-sampled by weights of (output, input, old length, new length).</summary>
    private static Twin Along(Twin x, int axis, int length, Func<int, int, int, int, double> weight)
    {
        int[] shape = [.. x.Shape];
        shape[axis] = length;
        return Twin.Build(shape, i =>
        {
            double sum = 0, total = 0;
            int[] source = [.. i];
            for (int k = 0; k < x.Shape[axis]; k++)
            {
                source[axis] = k;
                double w = weight(i[axis], k, x.Shape[axis], length);
                (sum, total) = (sum + w * x[source], total + w);
            }

            return sum / total;
        });
    }

    /// <summary>1 for an input that the output's stretch of the axis touches.</summary>
    private static double Area(int o, int k, int inputs, int outputs)
        => k + 1 > (double)o * inputs / outputs + 1e-9 && k < (double)(o + 1) * inputs / outputs - 1e-9 ? 1 : 0;

    /// <summary>A hat of width 1 around the output's centre, kept inside of the outermost centres.</summary>
    private static double Hat(int o, int k, int inputs, int outputs)
        => Math.Max(0, 1 - Math.Abs(Math.Clamp((o + 0.5) * inputs / outputs - 0.5, 0, inputs - 1) - k));
}
