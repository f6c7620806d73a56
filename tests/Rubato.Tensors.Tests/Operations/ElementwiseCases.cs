namespace Rubato.Tensors.Tests.Operations;

internal static class ElementwiseCases
{
    public static IEnumerable<Operation> All => [.. Arithmetic(), .. Functions(), .. Combinations()];

    private static IEnumerable<Operation> Arithmetic()
    {
        // Each of: equal, a row for all, a column for all, neither side whole, a scalar, long enough for two threads.
        (Shape, Shape)[] pairs =
        [
            ([2, 5, 17], [2, 5, 17]), ([2, 5, 17], [2, 1, 17]), ([3, 4, 7], [3, 4, 1]), ([2, 1, 7], [2, 4, 1]),
            ([2, 3, 4, 5], [2, 1, 1, 5]), ([2, 3, 4, 5], [2, 3, 1, 1]), ([2, 1], [2, 19]), ([2, 90, 257], [2, 1, 257]),
        ];
        foreach ((Shape left, Shape right) in pairs)
        {
            yield return Pair("+", left, right, (x, y) => x + y, (x, y) => x + y);
            yield return Pair("-", left, right, (x, y) => x - y, (x, y) => x - y);
            yield return Pair("*", left, right, (x, y) => x * y, (x, y) => x * y);
            yield return Pair("/", left, right, (x, y) => x / y, (x, y) => x / y);
        }

        yield return new Operation("Add shared", [[3, 4, 33]], [[4, 33]], t => t[0] + t[1],
            t => Twin.Build(t[0].Shape, i => t[0][i] + t[1][i[1], i[2]]))
        { Roundings = 1 };
        yield return new Operation("Add scalar on the left", [[2, 31]], [[1]], t => t[1] - t[0],
            t => t[0].Map(x => t[1][0] - x))
        { Roundings = 1 };
    }

    private static Operation Pair(
        string name, Shape left, Shape right, Func<Tensor, Tensor, Tensor> forward, Func<double, double, double> reference)
        => new(name, [left, right], [], t => forward(t[0], t[1]), t =>
        {
            int[] shape = [.. left.Zip(right, Math.Max)];
            return Twin.Build(shape, i => reference(t[0][Within(i, left)], t[1][Within(i, right)]));
        })
        { Roundings = 1, Mean = 3 };

    private static int[] Within(int[] index, Shape shape) => [.. index.Select((i, axis) => Math.Min(i, shape[axis] - 1))];

    private static IEnumerable<Operation> Functions()
    {
        foreach (int length in (int[])[1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 5000])
            foreach ((Activation activation, Func<double, double> function) in Closed)
                yield return Unary(activation.ToString(), [2, length], x => x.Activate(activation), function);
        foreach (int length in (int[])[1, 6, 17, 9001])
        {
            yield return Unary("Exp", [2, length], x => x.Exp(), Math.Exp);
            yield return Unary("Abs", [2, length], x => x.Abs(), Math.Abs) with { Roundings = 0 };
            yield return Unary("Sqrt", [2, length], x => x.Abs().Sqrt(), x => Math.Sqrt(Math.Abs(x))) with { Roundings = 1 };
            yield return Unary("Sin", [2, length], x => (20 * x).Sin(), x => Math.Sin(20 * x)) with { Roundings = 68 };   // of an angle up to 128
            yield return Unary("Cos", [2, length], x => (20 * x).Cos(), x => Math.Cos(20 * x)) with { Roundings = 68 };
            yield return Unary("Erf", [2, length], x => x.Erf(), x => 2 * NormalDistribution.Below(Math.Sqrt(2) * x) - 1) with { Roundings = 8 };
            yield return Unary("Softplus", [2, length], x => (3 * x).Softplus(), x => Math.Log(1 + Math.Exp(3 * x)));
            yield return Unary("Elu", [2, length], x => x.Elu(), x => x < 0 ? Math.Exp(x) - 1 : x);
            yield return Unary("LeakyRelu(0.2)", [2, length], x => x.LeakyRelu(0.2), x => x < 0 ? 0.2 * x : x) with { Roundings = 1.5 };
            yield return Unary("Clamp", [2, length], x => x.Clamp(-0.5f, 0.25f), x => Math.Clamp(x, -0.5, 0.25)) with { Roundings = 0 };
        }

        yield return Unary("AddScalar", [2, 19], x => x.AddScalar(0.5f), x => x + 0.5) with { Roundings = 1 };
        foreach (int width in (int[])[3, 8, 19, 3000])
        {
            yield return new Operation("Geglu", [[2, 3, 2 * width]], [], t => t[0].Geglu(), t => Twin.Build([t[0].Shape[0], 3, width],
                i => t[0][i] * Closed[Activation.Gelu](t[0][i[0], i[1], i[2] + width])))
            { Roundings = 6 };
        }
    }

    private static Operation Unary(string name, Shape shape, Func<Tensor, Tensor> forward, Func<double, double> function)
        => new(name, [shape], [], t => forward(t[0]), t => t[0].Map(function)) { Roundings = 5 };

    private static Dictionary<Activation, Func<double, double>> Closed { get; } = new()
    {
        [Activation.None] = x => x,
        [Activation.Relu] = x => Math.Max(x, 0),
        [Activation.Silu] = x => x / (1 + Math.Exp(-x)),
        [Activation.Gelu] = x => x * NormalDistribution.Below(x),
        [Activation.GeluTanh] = x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        [Activation.QuickGelu] = x => x / (1 + Math.Exp(-1.702 * x)),
        [Activation.Mish] = x => x * Math.Tanh(Math.Log(1 + Math.Exp(x))),
        [Activation.Sigmoid] = x => 1 / (1 + Math.Exp(-x)),
        [Activation.Tanh] = Math.Tanh,
    };

    private static IEnumerable<Operation> Combinations()
    {
        foreach (int length in (int[])[1, 7, 8, 9, 20000])
        {
            Shape shape = [2, length];
            yield return new Operation("Scale", [shape], [], t => 0.1 * t[0], t => t[0].Map(x => 0.1 * x)) { Roundings = 1 };
            yield return new Operation("Combine two", [shape, shape], [],
                t => LinearCombination.Of((1 / 3.0, t[0]), (-0.7, t[1])),
                t => Twin.Build(t[0].Shape, i => t[0][i] / 3.0 - 0.7 * t[1][i]))
            { Roundings = 1 };
            yield return new Operation("Combine three", [shape, shape, shape], [],
                t => LinearCombination.Of((1, t[0]), (-0.7, t[1]), (1e-3, t[2])),
                t => Twin.Build(t[0].Shape, i => t[0][i] - 0.7 * t[1][i] + 1e-3 * t[2][i]))
            { Roundings = 1 };
            yield return new Operation("Combine four", [shape, shape, shape, shape], [],
                t => LinearCombination.Of((1, t[0]), (-0.7, t[1]), (1e-3, t[2]), (Math.PI, t[3])),
                t => Twin.Build(t[0].Shape, i => t[0][i] - 0.7 * t[1][i] + 1e-3 * t[2][i] + Math.PI * t[3][i]))
            { Roundings = 1 };
        }
    }
}
