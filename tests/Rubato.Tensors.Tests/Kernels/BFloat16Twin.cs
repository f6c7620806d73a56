using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Tests.Kernels;

/// <summary>The bfloat16 arithmetic as it is specified, one number at a time.</summary>
internal static class BFloat16Twin
{
    private const int Step = 32;

    /// <summary>The nearest number of eight significant bits, by arithmetic.</summary>
    public static float Round(float x)
    {
        if (x == 0 || !float.IsFinite(x)) return x;
        double unit = Math.ScaleB(1, Math.Max(Math.ILogB(x), -126) - 7);
        return (float)(Math.Round(x / unit, MidpointRounding.ToEven) * unit);
    }

    /// <summary>Goes on with a sum over numbers that are rounded already: a matrix's K, or a tap's channels.</summary>
    public static float Sum(float sum, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        for (int k = 0; k < a.Length; k += Step)
        {
            float even = 0, odd = 0;
            for (int i = k; i < Math.Min(k + Step, a.Length); i++)
            {
                float product = a[i] * b[i];
                if (i % 2 == 0) even += product;
                else odd += product;
            }

            sum += even + odd;
        }

        return sum;
    }

    /// <summary>x [M, K], w [N, K] as in a linear layer, without an activation.</summary>
    public static float[] Linear(Tensor x, Tensor w, Tensor? bias, Tensor? residual)
    {
        (int k, int n) = (x.Shape[-1], w.Shape[0]);
        float[] a = Rounded(x), b = Rounded(w), y = new float[a.Length / k * n];
        for (int i = 0; i < y.Length; i++)
            y[i] = Finish(Sum(0, a.AsSpan(i / n * k, k), b.AsSpan(i % n * k, k)), i, n, bias, residual);
        return y;
    }

    /// <summary>A convolution, whose windows are told by the pixel that an output's tap reads; -1 outside.</summary>
    /// <param name="x">[N, H, W, I]</param>
    /// <param name="output">[N, H', W', O]</param>
    /// <param name="taps">Kernel height and width.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="weight">Weight of (output channel, input channel of the group, tap).</param>
    /// <param name="bias">[O]</param>
    /// <param name="source">From (y, x, ky, kx) to (line, column).</param>
    public static float[] Convolution(Tensor x, Shape output, (int Height, int Width) taps, int groups,
        Func<int, int, int, float> weight, Tensor bias, Func<int, int, int, int, (int Y, int X)> source)
    {
        (int height, int width, int inputs, int outputs) = (x.Shape[1], x.Shape[2], x.Shape[3], output[3]);
        int channels = inputs / groups, columns = outputs / groups, count = taps.Height * taps.Width;
        float[] a = Rounded(x), zeros = new float[channels], y = new float[output.Elements];
        float[][] b = [.. Enumerable.Range(0, outputs * count).Select(i =>
            Enumerable.Range(0, channels).Select(c => Round(weight(i / count, c, i % count))).ToArray())];
        for (int i = 0; i < y.Length; i++)
        {
            int o = i % outputs, column = i / outputs % output[2], line = i / outputs / output[2] % output[1];
            int picture = i / outputs / output[2] / output[1];
            float sum = 0;
            for (int tap = 0; tap < count; tap++)
            {
                (int sy, int sx) = source(line, column, tap / taps.Width, tap % taps.Width);
                bool inside = sy >= 0 && sy < height && sx >= 0 && sx < width;
                int at = (((picture * height) + sy) * width + sx) * inputs + o / columns * channels;
                sum = Sum(sum, inside ? a.AsSpan(at, channels) : zeros, b[o * count + tap]);
            }

            y[i] = Finish(sum, i, outputs, bias, residual: null);
        }

        return y;
    }

    /// <summary>
    /// Attention, query by query: scores and softmax a block of 256 keys at a time, in units of log2(e), in float32;
    /// weights are rounded for the second product and summed as they are.
    /// </summary>
    /// <param name="q">[B, Tq, heads * d]</param>
    /// <param name="k">[B, Tk, heads * d]</param>
    /// <param name="v">[B, Tk, heads * dv]</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="mask">[B, heads, Tq, Tk], added to the scores.</param>
    /// <param name="causal">Whether a query sees no later key.</param>
    public static float[] Attention(Tensor q, Tensor k, Tensor v, int heads, Tensor? mask, bool causal)
    {
        const double Log2E = 1.4426950408889634;
        (int queries, int keys, int depth, int valueDepth) = (q.Shape[1], k.Shape[1], q.Shape[2] / heads, v.Shape[2] / heads);
        float scale = (float)(1 / Math.Sqrt(depth) * Log2E);
        float[] qs = Array.ConvertAll(q.ToArray(), x => Round(x * scale)), ks = Rounded(k), vs = Rounded(v);
        float[] y = new float[q.Shape[0] * queries * heads * valueDepth];
        for (int row = 0; row < q.Shape[0] * heads * queries; row++)
        {
            (int b, int h, int i) = (row / queries / heads, row / queries % heads, row % queries);
            float max = float.MinValue, total = 0;
            float[] sums = new float[valueDepth];
            for (int first = 0; first < keys; first += 256)
            {
                int count = Math.Min(256, keys - first);
                float[] scores = [.. Enumerable.Range(first, count).Select(key =>
                {
                    int at = ((b * keys + key) * heads + h) * depth;
                    float score = Sum(0, qs.AsSpan(((b * queries + i) * heads + h) * depth, depth), ks.AsSpan(at, depth));
                    if (mask is not null) score += (float)(mask.AsSpan()[row * keys + key] * Log2E);
                    return causal && key > i ? float.NegativeInfinity : score;
                })];
                float before = max;
                max = Math.Max(max, scores.Max());
                float factor = Exp2(before - max);
                total *= factor;
                float[] weights = Array.ConvertAll(scores, score => Exp2(score - max));
                foreach (float weight in weights) total += weight;
                float[] rounded = Array.ConvertAll(weights, Round);
                for (int c = 0; c < valueDepth; c++)
                {
                    float[] channel = [.. Enumerable.Range(first, count)
                        .Select(key => vs[((b * keys + key) * heads + h) * valueDepth + c])];
                    sums[c] = Sum(factor * sums[c], rounded, channel);
                }
            }

            for (int c = 0; c < valueDepth; c++)
                y[((b * queries + i) * heads + h) * valueDepth + c] = sums[c] * (total == 0 ? 0 : 1 / total);
        }

        return y;
    }

    public static float[] Rounded(Tensor x) => Array.ConvertAll(x.ToArray(), Round);

    private static float Finish(float sum, int i, int columns, Tensor? bias, Tensor? residual)
    {
        float y = bias is null ? sum : sum + bias.AsSpan()[i % columns];
        return residual is null ? y : y + residual.AsSpan()[i];
    }

    private static unsafe float Exp2(float x)
    {
        VectorMath.Exp2NonPositive(Simd1.Create(x)).Store(&x);
        return x;
    }
}
