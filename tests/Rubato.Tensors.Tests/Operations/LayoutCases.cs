namespace Rubato.Tensors.Tests.Operations;

/// <summary>Operations that move numbers and do not change them.</summary>
internal static class LayoutCases
{
    public static IEnumerable<Operation> All
    {
        get
        {
            (Shape Shape, int[] Axes)[] orders =
            [
                ([2, 3, 4, 5], [0, 2, 3, 1]), ([2, 4, 5, 3], [0, 3, 1, 2]), ([2, 6, 3, 8], [0, 2, 1, 3]), ([2, 33, 65], [0, 2, 1]),
                ([2, 1, 7], [0, 2, 1]), ([2, 3, 4, 5], [0, 3, 2, 1]), ([2, 3, 4, 5], [0, 1, 2, 3]), ([2, 2, 3, 4, 5, 6], [0, 4, 2, 5, 1, 3]),
                ([2, 40, 41, 16], [0, 3, 1, 2]), ([2, 300, 4, 40], [0, 2, 1, 3]),
            ];
            foreach ((Shape shape, int[] axes) in orders)
            {
                yield return Exact($"Permute [{string.Join(", ", axes)}]", [shape], t => t[0].Permute(axes),
                    t => Twin.Build([.. axes.Select(axis => t[0].Shape[axis])], i => t[0][[.. axes.Select((_, axis) => i[Array.IndexOf(axes, axis)])]]));
            }

            yield return Exact("Concat(-1)", [[2, 3, 4], [2, 3, 1], [2, 3, 17]], t => Concatenation.Concat(-1, t),
                t => Twin.Build([t[0].Shape[0], 3, 22], i => i[2] < 4 ? t[0][i] : i[2] < 5 ? t[1][i[0], i[1], 0] : t[2][i[0], i[1], i[2] - 5]));
            yield return Exact("Concat(1)", [[2, 1, 9000], [2, 2, 9000]], t => Concatenation.Concat(1, t),
                t => Twin.Build([t[0].Shape[0], 3, 9000], i => i[1] < 1 ? t[0][i] : t[1][i[0], i[1] - 1, i[2]]));
            yield return Exact("Slice(1, 2, 3)", [[2, 6, 5]], t => t[0].Slice(1, 2, 3),
                t => Twin.Build([t[0].Shape[0], 3, 5], i => t[0][i[0], i[1] + 2, i[2]]));
            yield return Exact("Slice(-1, 3, 290)", [[2, 70, 300]], t => t[0].Slice(-1, 3, 290),
                t => Twin.Build([t[0].Shape[0], 70, 290], i => t[0][i[0], i[1], i[2] + 3]));
            yield return Exact("PixelShuffle(2)", [[2, 3, 4, 12]], t => t[0].PixelShuffle(2),
                t => Twin.Build([t[0].Shape[0], 6, 8, 3], i => t[0][i[0], i[1] / 2, i[2] / 2, i[3] * 4 + i[1] % 2 * 2 + i[2] % 2]));
            yield return Exact("PixelUnshuffle(3)", [[2, 6, 9, 2]], t => t[0].PixelUnshuffle(3),
                t => Twin.Build([t[0].Shape[0], 2, 3, 18], i => t[0][i[0], i[1] * 3 + i[3] % 9 / 3, i[2] * 3 + i[3] % 3, i[3] / 9]));
        }
    }

    private static Operation Exact(string name, Shape[] shapes, Func<Tensor[], Tensor> forward, Func<Twin[], Twin> reference)
        => new(name, shapes, [], forward, reference) { Roundings = 0 };
}
