using System.Runtime.CompilerServices;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>
/// Sums over axes, or over everything; in float64, in an order that depends on the shape alone. Axes that are reduced
/// stay with length 1, so that the result can be broadcast; no axes mean all.
/// </summary>
public static unsafe class Reductions
{
    private enum Statistic
    {
        Sum,
        Mean,
        Variance,
        Max,
    }

    /// <summary>Sum over axes.</summary>
    public static Tensor Sum(this Tensor x, params ReadOnlySpan<int> axes) => Reduce(x, Statistic.Sum, axes);

    /// <summary>Mean over axes.</summary>
    public static Tensor Mean(this Tensor x, params ReadOnlySpan<int> axes) => Reduce(x, Statistic.Mean, axes);

    /// <summary>Mean of the squared deviations over axes: the biased variance.</summary>
    public static Tensor Variance(this Tensor x, params ReadOnlySpan<int> axes) => Reduce(x, Statistic.Variance, axes);

    /// <summary>The greatest element over axes.</summary>
    public static Tensor Max(this Tensor x, params ReadOnlySpan<int> axes) => Reduce(x, Statistic.Max, axes);

    /// <summary>Mean of |x - y|.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static double MeanAbsoluteDifference(this Tensor x, Tensor y)
    {
        Check(x, y);
        return DoubleSum.Of<AbsoluteDifferenceTerm>(x.Floats, y.Floats, x.Count) / x.Count;
    }

    /// <summary>Sum of x y.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static double Dot(this Tensor x, Tensor y)
    {
        Check(x, y);
        return DoubleSum.Of<ProductTerm>(x.Floats, y.Floats, x.Count);
    }

    /// <summary>Square root of the sum of squares.</summary>
    public static double Norm(this Tensor x) => Math.Sqrt(x.Dot(x));

    /// <summary>Standard deviation of all elements.</summary>
    /// <param name="x">At least two elements; one where the estimate may be biased.</param>
    /// <param name="unbiased">Whether the squares are divided by one less than their number, as PyTorch's <c>std</c> does.</param>
    public static double StandardDeviation(this Tensor x, bool unbiased = true)
    {
        ArgumentNullException.ThrowIfNull(x);
        double mean = DoubleSum.Of<DifferenceTerm>(x.Floats, null, x.Count) / x.Count;
        double squares = DoubleSum.Of<SquaredDifferenceTerm>(x.Floats, null, x.Count, mean);
        return Math.Sqrt(squares / (unbiased ? x.Count - 1 : x.Count));
    }

    private static void Check(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Shape != y.Shape) throw new ArgumentException($"The shapes {x.Shape} and {y.Shape} are not equal.", nameof(y));
    }

    private static Tensor Reduce(Tensor x, Statistic statistic, ReadOnlySpan<int> axes)
    {
        ArgumentNullException.ThrowIfNull(x);
        int rank = x.Shape.Rank;
        bool[] reduced = new bool[rank];
        foreach (int axis in axes) reduced[x.Shape.Axis(axis)] = true;
        if (axes.IsEmpty) Array.Fill(reduced, value: true);
        int[] lengths = [.. x.Shape], order = [.. Enumerable.Range(0, rank).OrderBy(axis => reduced[axis])];
        for (int axis = 0; axis < rank; axis++)
            if (reduced[axis]) lengths[axis] = 1;
        Tensor result = Tensor.Empty(Shape.Create(lengths));
        if (Tape.For(x) is { } tape) Record(tape, x, statistic, [.. order.Where(axis => reduced[axis])], order, result);
        if (result.Count == 0) return result;

        int width = x.Count / result.Count;
        if (width == 0 && statistic == Statistic.Max)
            throw new ArgumentException($"Nothing of {x.Shape} can be the greatest.", nameof(x));
        using Scope scope = Scope.Begin();   // for the copy that has the reduced axes last
        Tensor rows = order.AsSpan().SequenceEqual([.. Enumerable.Range(0, rank)]) ? x : x.Permute(order);
        KernelSet.Current.For(new Kernel(rows.Floats, result.Floats, width, statistic), result.Count, x.Count * 2L);
        return result;
    }

    private static void Record(Tape tape, Tensor x, Statistic statistic, int[] axes, int[] order, Tensor result)
    {
        if (statistic is Statistic.Variance or Statistic.Max) tape.Save(x);
        if (statistic == Statistic.Max) tape.Save(result);
        tape.Record(result, dy =>
        {
            double width = (double)x.Count / Math.Max(1, result.Count);
            x.Adjoint!.Add(statistic switch
            {
                Statistic.Sum => Tensor.Zeros(x.Shape) + dy,
                Statistic.Mean => Tensor.Zeros(x.Shape) + dy / width,
                Statistic.Variance => (x - x.Mean(axes)) * (dy * (2 / width)),
                _ => ToGreatest(x, order, result, dy),
            });
        });
    }

    /// <summary>Every dy goes to the element that is the greatest, in equal parts where there are several.</summary>
    private static Tensor ToGreatest(Tensor x, int[] order, Tensor greatest, Tensor dy)
    {
        Tensor rows = x.Permute(order), dx = Tensor.Zeros(rows.Shape);
        int width = x.Count / greatest.Count;
        for (int row = 0; row < greatest.Count; row++)
        {
            ReadOnlySpan<float> values = rows.AsSpan().Slice(row * width, width);
            float part = dy.Floats[row] / values.Count(greatest.Floats[row]);
            for (int i = 0; i < width; i++)
                if (values[i] == greatest.Floats[row]) dx.Floats[row * width + i] = part;
        }

        return dx.Permute([.. order.Select((_, axis) => Array.IndexOf(order, axis))]);
    }

    /// <summary>A unit is a contiguous row that becomes one number.</summary>
    private readonly struct Kernel(float* x, float* y, int width, Statistic statistic) : IKernel
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int row = begin; row < end; row++)
            {
                float* from = x + (long)row * width;
                y[row] = statistic == Statistic.Max ? Greatest(from) : (float)Total(from);
            }
        }

        private double Total(float* row)
        {
            double sum = DoubleSum.Piece<DifferenceTerm>(row, null, width, 0);
            return statistic switch
            {
                Statistic.Sum => sum,
                Statistic.Mean => sum / width,
                _ => DoubleSum.Piece<SquaredDifferenceTerm>(row, null, width, sum / width) / width,
            };
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private float Greatest(float* row)
        {
            float greatest = row[0];
            for (int i = 1; i < width; i++) greatest = MathF.Max(greatest, row[i]);
            return greatest;
        }
    }
}
