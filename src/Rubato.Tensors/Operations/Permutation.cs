using System.Runtime.CompilerServices;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>Axes in another order.</summary>
public static unsafe class Permutation
{
    /// <summary>Axis i of the result is axis <paramref name="axes"/>[i] of x.</summary>
    /// <exception cref="ArgumentException">The axes are not those of x, each once.</exception>
    public static Tensor Permute(this Tensor x, params ReadOnlySpan<int> axes)
    {
        ArgumentNullException.ThrowIfNull(x);
        int rank = x.Shape.Rank;
        int[] order = axes.ToArray();
        for (int i = 0; i < order.Length; i++) order[i] = x.Shape.Axis(order[i]);
        if (order.Length != rank || order.Distinct().Count() != rank)
            throw new ArgumentException($"[{string.Join(", ", order)}] does not name each axis of {x.Shape} once.", nameof(axes));
        Tensor y = Tensor.Empty(Shape.Create([.. order.Select(axis => x.Shape[axis])]));
        if (Tape.For(x) is { } tape) Record(tape, x, order, y);
        if (y.Count == 0) return y;

        // Axes that stay neighbours are one; what remains is runs, or a transposition of matrices.
        (int[] lengths, int[] strides) = Merge(x.Shape, order);
        fixed (int* l = lengths, s = strides)
        {
            int last = lengths.Length - 1;
            if (strides[last] == 1)
            {
                var copy = new Runs(x.Floats, y.Floats, l, s, last);
                KernelSet.Current.For(copy, y.Count / lengths[last], y.Count);
            }
            else
            {
                var transposition = new Tiles(x.Floats, y.Floats, l, s, last, Array.LastIndexOf(strides, 1));
                KernelSet.Current.For(transposition, transposition.Units(y.Count), y.Count * 2L);
            }
        }

        return y;
    }

    private static void Record(Tape tape, Tensor x, int[] order, Tensor y)
        => tape.Record(y, dy => x.Adjoint!.Add(dy.Permute([.. order.Select((_, axis) => Array.IndexOf(order, axis))])));

    /// <summary>[N, C, H, W] to [N, H, W, C].</summary>
    public static Tensor ToChannelsLast(this Tensor x) => x.Permute(0, 2, 3, 1);

    /// <summary>[N, H, W, C] to [N, C, H, W].</summary>
    public static Tensor ToChannelsFirst(this Tensor x) => x.Permute(0, 3, 1, 2);

    /// <summary>The result's axes, outermost first, with their steps in the source; axes of one element are left out.</summary>
    private static (int[] Lengths, int[] Strides) Merge(Shape source, int[] order)
    {
        List<int> lengths = [], strides = [];
        foreach (int axis in order)
        {
            if (source[axis] == 1) continue;
            int stride = source.Product(axis + 1, source.Rank);
            if (lengths.Count > 0 && strides[^1] == stride * source[axis])
            {
                lengths[^1] *= source[axis];
                strides[^1] = stride;
            }
            else
            {
                lengths.Add(source[axis]);
                strides.Add(stride);
            }
        }

        return lengths.Count == 0 ? ([1], [1]) : ([.. lengths], [.. strides]);
    }

    /// <summary>The last axis is contiguous in both; a unit is a run of it.</summary>
    private readonly struct Runs(float* x, float* y, int* lengths, int* strides, int last) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int run = lengths[last];
            for (int unit = begin; unit < end; unit++)
            {
                long offset = 0;
                for (int axis = last - 1, rest = unit; axis >= 0; axis--)
                {
                    (rest, int index) = Math.DivRem(rest, lengths[axis]);
                    offset += (long)index * strides[axis];
                }

                Unsafe.CopyBlockUnaligned(y + (long)unit * run, x + offset, (uint)run * sizeof(float));
            }
        }
    }

    /// <summary>
    /// The axis <paramref name="dense"/> is contiguous in the source, the last in the result; a unit is a strip of the
    /// dense axis at one index of all others, and goes through the last axis in squares that stay in the first cache.
    /// </summary>
    private readonly struct Tiles(float* x, float* y, int* lengths, int* strides, int last, int dense) : IKernel
    {
        private const int Side = 32;

        private int Strips => (lengths[dense] + Side - 1) / Side;

        public int Units(int count) => count / lengths[last] / lengths[dense] * Strips;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int columns = lengths[last];
            long columnStep = strides[last], rowStep = 1;
            for (int axis = dense + 1; axis <= last; axis++) rowStep *= lengths[axis];
            for (int unit = begin; unit < end; unit++)
            {
                (int rest, int strip) = Math.DivRem(unit, Strips);
                long from = 0, to = 0, step = columns;
                for (int axis = last - 1; axis >= 0; step *= lengths[axis], axis--)
                {
                    if (axis == dense) continue;
                    (rest, int index) = Math.DivRem(rest, lengths[axis]);
                    from += (long)index * strides[axis];
                    to += index * step;
                }

                int first = strip * Side, rows = Math.Min(Side, lengths[dense] - first);
                for (int column = 0; column < columns; column += Side)
                {
                    Square<T>(x + from + first + column * columnStep, columnStep, y + to + first * rowStep + column, rowStep,
                        rows, Math.Min(Side, columns - column));
                }
            }
        }

        /// <summary>
        /// By way of a square of its own: the columns of large pictures lie at powers of two from each other, where
        /// the first cache holds only a few of them.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Square<T>(float* from, long columnStep, float* to, long rowStep, int rows, int columns)
            where T : struct, ISimd<T>
        {
            const int Pitch = Side + 1;
            float* square = stackalloc float[Side * Pitch], column = square;
            for (int j = 0; j < columns; j++, from += columnStep, column += Pitch)
            {
                int i = 0;
                for (; i + T.Width <= rows; i += T.Width) T.Load(from + i).Store(column + i);
                for (; i < rows; i++) column[i] = from[i];
            }

            for (int i = 0; i < rows; i++, to += rowStep)
            {
                float* row = square + i;
                for (int j = 0; j < columns; j++, row += Pitch) to[j] = *row;
            }
        }
    }
}
