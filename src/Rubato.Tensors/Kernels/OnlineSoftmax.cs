using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>Softmax over keys that come block by block, down the lanes of a panel of queries.</summary>
internal static unsafe class OnlineSoftmax
{
    /// <summary>No key yet.</summary>
    public static void Start(float* maxima, float* totals, int queries)
    {
        new Span<float>(totals, queries).Clear();
        // Finite, so that the distance of a hidden key from it is minus infinity and not NaN.
        new Span<float>(maxima, queries).Fill(float.MinValue);
    }

    /// <summary>Scores to weights 2^(score - maximum); sums under a smaller maximum are scaled down to the new one.</summary>
    /// <param name="scores">[keys][two vectors], in units of log2(e).</param>
    /// <param name="bias">Added to the scores; null for nothing.</param>
    /// <param name="keys">Number of keys of the block.</param>
    /// <param name="maxima">Two vectors.</param>
    /// <param name="totals">Two vectors: the sums of weights.</param>
    /// <param name="sums">[rows][two vectors]: the weighted sums of values.</param>
    /// <param name="rows">Channels of the values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Next<T>(float* scores, float* bias, int keys, float* maxima, float* totals, float* sums, int rows)
        where T : struct, ISimd<T>
    {
        int width = T.Width, lanes = 2 * width;
        if (bias != null)
            for (int i = 0; i < keys * lanes; i += width) (T.Load(scores + i) + T.Load(bias + i)).Store(scores + i);

        T before0 = T.Load(maxima), before1 = T.Load(maxima + width), max0 = before0, max1 = before1;
        float* end = scores + keys * lanes;
        for (float* s = scores; s < end; s += lanes)
        {
            max0 = T.Max(max0, T.Load(s));
            max1 = T.Max(max1, T.Load(s + width));
        }

        max0.Store(maxima);
        max1.Store(maxima + width);
        T factor0 = VectorMath.Exp2NonPositive(before0 - max0), factor1 = VectorMath.Exp2NonPositive(before1 - max1);
        T total0 = factor0 * T.Load(totals), total1 = factor1 * T.Load(totals + width);
        for (float* s = scores; s < end; s += lanes)
        {
            T p0 = VectorMath.Exp2NonPositive(T.Load(s) - max0);
            T p1 = VectorMath.Exp2NonPositive(T.Load(s + width) - max1);
            p0.Store(s);
            p1.Store(s + width);
            total0 += p0;
            total1 += p1;
        }

        total0.Store(totals);
        total1.Store(totals + width);
        for (float* o = sums; o < sums + rows * lanes; o += lanes)
        {
            (factor0 * T.Load(o)).Store(o);
            (factor1 * T.Load(o + width)).Store(o + width);
        }
    }
}
