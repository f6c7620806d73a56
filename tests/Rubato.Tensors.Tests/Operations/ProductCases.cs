using Rubato.Tensors.Layers;

namespace Rubato.Tensors.Tests.Operations;

/// <summary>Matrix products and convolutions. A sum of K products may lose K roundings.</summary>
internal static class ProductCases
{
    public static IEnumerable<Operation> All => [.. Matrices(), .. Linears(), .. Convolutions(), .. Transposes()];

    private static IEnumerable<Operation> Matrices()
    {
        foreach ((int m, int k, int n) in ((int, int, int)[])[(1, 1, 1), (3, 5, 7), (13, 17, 33), (12, 16, 32), (40, 1100, 9)])
        {
            yield return new Operation("MatMul", [[2, m, k], [2, k, n]], [], t => t[0].MatMul(t[1]),
                t => Twin.Build([t[0].Shape[0], m, n], i => Sum(k, j => t[0][i[0], i[1], j] * t[1][i[0], j, i[2]])))
            { Roundings = k };
            yield return new Operation("MatMul shared", [[2, m, k]], [[k, n]], t => t[0].MatMul(t[1]),
                t => Twin.Build([t[0].Shape[0], m, n], i => Sum(k, j => t[0][i[0], i[1], j] * t[1][j, i[2]])))
            { Roundings = k };
        }
    }

    private static IEnumerable<Operation> Linears()
    {
        foreach ((int rows, int k, int n) in ((int, int, int)[])[(1, 3, 1), (5, 16, 17), (7, 33, 64), (300, 9, 5), (2, 2100, 6)])
        {
            yield return new Operation("Linear", [[2, rows, k]], [[n, k], [n]], t => new Linear(t[1], t[2]).Forward(t[0]),
                t => Linear(t, k, n))
            { Roundings = k + 1 };
            yield return new Operation("Linear, residual, SiLU", [[2, rows, k], [2, rows, n]], [[n, k], [n]],
                t => new Linear(t[2], t[3]).Forward(t[0], Activation.Silu, t[1]),
                t => Silu(Add(Linear([t[0], t[2], t[3]], k, n), t[1])))
            { Roundings = k + 6 };
        }

        yield return new Operation("Linear without bias", [[3, 5]], [[4, 5]], t => new Linear(t[1], null).Forward(t[0]),
            t => Twin.Build([t[0].Shape[0], 4], i => Sum(5, j => t[0][i[0], j] * t[1][i[1], j])))
        { Roundings = 5 };
    }

    private static Twin Linear(Twin[] t, int k, int n)
        => Twin.Build([t[0].Shape[0], t[0].Shape[1], n], i => t[2][i[2]] + Sum(k, j => t[0][i[0], i[1], j] * t[1][i[2], j]));

    private static IEnumerable<Operation> Convolutions()
    {
        (int H, int W, int I, int O, int Ky, int Kx, ConvOptions Options)[] list =
        [
            (5, 6, 3, 8, 3, 3, ConvOptions.Same(1)),
            (4, 4, 17, 33, 1, 1, new ConvOptions()),
            (7, 5, 4, 5, 3, 3, ConvOptions.Same(1) with { Stride = (2, 2) }),
            (6, 6, 4, 5, 3, 3, new ConvOptions { Stride = (2, 2), Padding = (0, 0, 1, 1) }),
            (6, 5, 6, 6, 3, 3, ConvOptions.Same(1) with { Groups = 6 }),
            (5, 5, 6, 34, 3, 3, ConvOptions.Same(1) with { Groups = 2 }),
            (8, 7, 3, 4, 3, 3, ConvOptions.Same(2) with { Dilation = (2, 2) }),
            (6, 9, 3, 4, 5, 3, new ConvOptions { Stride = (1, 2), Padding = (2, 1, 2, 1), Dilation = (1, 2) }),
            (1, 11, 5, 6, 1, 3, new ConvOptions { Padding = (0, 1, 0, 1) }),   // one axis only
            (9, 9, 3, 16, 7, 7, ConvOptions.Same(3)),
            (3, 3, 130, 7, 3, 3, ConvOptions.Same(1)),    // K in parts of several taps
            (2, 2, 1100, 5, 1, 1, new ConvOptions()),     // K in parts of one tap
            (20, 20, 4, 9, 3, 3, ConvOptions.Same(1)),    // rows for two threads
        ];
        foreach ((int h, int w, int inputs, int outputs, int ky, int kx, ConvOptions o) in list)
        {
            Shape x = [2, h, w, inputs], weight = [outputs, inputs / o.Groups, ky, kx];
            string name = $"Conv2d stride {o.Stride} padding {o.Padding} dilation {o.Dilation} groups {o.Groups}";
            int depth = ky * kx * inputs / o.Groups;
            yield return new Operation(name, [x], [weight, [outputs]], t => new Conv2d(t[1], t[2], o).Forward(t[0]),
                t => Convolve(t, o))
            { Roundings = depth + 1 };
        }

        yield return new Operation("Conv2d, residual, GELU", [[2, 4, 5, 3], [2, 4, 5, 7]], [[7, 3, 3, 3], [7]],
            t => new Conv2d(t[2], t[3], ConvOptions.Same(1)).Forward(t[0], Activation.Gelu, t[1]),
            t => Add(Convolve([t[0], t[2], t[3]], ConvOptions.Same(1)), t[1]).Map(v => v * NormalDistribution.Below(v)))
        { Roundings = 33 };
    }

    private static Twin Convolve(Twin[] t, ConvOptions o)
    {
        Twin x = t[0], weight = t[1];
        int inputs = weight.Shape[1], ky = weight.Shape[2], kx = weight.Shape[3], perGroup = weight.Shape[0] / o.Groups;
        int height = (x.Shape[1] + o.Padding.Top + o.Padding.Bottom - (ky - 1) * o.Dilation.Y - 1) / o.Stride.Y + 1;
        int width = (x.Shape[2] + o.Padding.Left + o.Padding.Right - (kx - 1) * o.Dilation.X - 1) / o.Stride.X + 1;
        return Twin.Build([x.Shape[0], height, width, weight.Shape[0]], i => t[2][i[3]] + Sum(ky, dy => Sum(kx, dx => Sum(inputs, c =>
            weight[i[3], c, dy, dx] * x.OrZero(i[0], i[1] * o.Stride.Y + dy * o.Dilation.Y - o.Padding.Top,
                i[2] * o.Stride.X + dx * o.Dilation.X - o.Padding.Left, i[3] / perGroup * inputs + c)))));
    }

    private static IEnumerable<Operation> Transposes()
    {
        (int H, int W, int I, int O, int K, ConvTransposeOptions Options)[] list =
        [
            (4, 3, 5, 6, 4, new ConvTransposeOptions { Stride = (2, 2), Padding = (1, 1) }),
            (4, 5, 3, 4, 3, new ConvTransposeOptions { Stride = (2, 2), Padding = (1, 1), OutputPadding = (1, 1) }),
            (5, 4, 6, 34, 3, new ConvTransposeOptions { Padding = (1, 1), Groups = 2 }),
            (3, 4, 3, 2, 3, new ConvTransposeOptions { Stride = (3, 1), Dilation = (1, 2) }),
            (12, 12, 4, 17, 2, new ConvTransposeOptions { Stride = (2, 2) }),
        ];
        foreach ((int h, int w, int inputs, int outputs, int k, ConvTransposeOptions o) in list)
        {
            yield return new Operation($"ConvTranspose2d {o}", [[2, h, w, inputs]], [[inputs, outputs / o.Groups, k, k], [outputs]],
                t => new ConvTranspose2d(t[1], t[2], o).Forward(t[0]), t => Spread(t, o))
            { Roundings = k * k * inputs + 1 };
        }
    }

    /// <summary>The definition: every input adds its kernel to the output.</summary>
    private static Twin Spread(Twin[] t, ConvTransposeOptions o)
    {
        Twin x = t[0], weight = t[1];
        int k = weight.Shape[2], columns = weight.Shape[1], perGroup = x.Shape[3] / o.Groups;
        int height = (x.Shape[1] - 1) * o.Stride.Y - 2 * o.Padding.Y + o.Dilation.Y * (k - 1) + o.OutputPadding.Y + 1;
        int width = (x.Shape[2] - 1) * o.Stride.X - 2 * o.Padding.X + o.Dilation.X * (k - 1) + o.OutputPadding.X + 1;
        Twin y = Twin.Build([x.Shape[0], height, width, columns * o.Groups], i => t[2][i[3]]);
        _ = Twin.Build([.. x.Shape, columns, k, k], i =>
        {
            int row = i[1] * o.Stride.Y + i[5] * o.Dilation.Y - o.Padding.Y, column = i[2] * o.Stride.X + i[6] * o.Dilation.X - o.Padding.X;
            if (row >= 0 && row < height && column >= 0 && column < width)
            {
                int output = i[3] / perGroup * columns + i[4];
                y.Values[((i[0] * height + row) * width + column) * columns * o.Groups + output] += x[i[0], i[1], i[2], i[3]] * weight[i[3], i[4], i[5], i[6]];
            }

            return 0;
        });
        return y;
    }

    private static Twin Add(Twin x, Twin y) => Twin.Build(x.Shape, i => x[i] + y[i]);

    private static Twin Silu(Twin x) => x.Map(v => v / (1 + Math.Exp(-v)));

    private static double Sum(int count, Func<int, double> term)
    {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += term(i);
        return sum;
    }
}
