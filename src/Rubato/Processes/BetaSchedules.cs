namespace Rubato.Processes;

/// <summary>
/// The tables of variances that checkpoints were trained with. Every value is rounded to float32 where the reference
/// implementation rounds it: a schedule that differs in the seventh digit moves the first levels visibly.
/// </summary>
public static class BetaSchedules
{
    private const double CosineOffset = 0.008;   // Nichol and Dhariwal 2021, arXiv:2102.09672
    private const double LargestBeta = 0.999;

    /// <summary>Evenly spaced from <paramref name="start"/> to <paramref name="end"/> (DDPM: 1e-4 to 0.02).</summary>
    public static float[] Linear(int steps, double start = 1e-4, double end = 0.02) => LinSpace((float)start, (float)end, steps);

    /// <summary>The squares of evenly spaced roots (Stable Diffusion: 0.00085 to 0.012).</summary>
    public static float[] ScaledLinear(int steps, double start = 0.00085, double end = 0.012)
        => [.. LinSpace((float)Math.Sqrt(start), (float)Math.Sqrt(end), steps).Select(root => root * root)];

    /// <summary>Cosine (diffusers: squaredcos_cap_v2).</summary>
    public static float[] Cosine(int steps) => FromAlphaBar(steps, u =>
    {
        double c = Math.Cos((u + CosineOffset) / (1 + CosineOffset) * Math.PI / 2);
        return c * c;
    });

    /// <summary>alpha^2 = e^(-12 u) (diffusers: exp).</summary>
    public static float[] Exponential(int steps) => FromAlphaBar(steps, u => Math.Exp(-12 * u));

    /// <summary>alpha^2 from lambda distributed as Laplace's (diffusers: laplace).</summary>
    public static float[] Laplace(int steps) => FromAlphaBar(steps, u =>
    {
        double lambda = -0.5 * Math.Sign(0.5 - u) * Math.Log(1 - 2 * Math.Abs(0.5 - u) + 1e-6), snr = Math.Exp(lambda);
        return Math.Sqrt(snr / (1 + snr));
    });

    /// <summary>A logistic curve over [-6, 6], scaled to the ends (GeoDiff; diffusers: sigmoid).</summary>
    public static float[] Sigmoid(int steps, double start = 1e-4, double end = 0.02)
        => [.. LinSpace(-6, 6, steps).Select(x => (float)(1 / (1 + Math.Exp(-x)) * (end - start) + start))];

    /// <summary>The running product of 1 - beta, accumulated in float64, each entry rounded to float32.</summary>
    public static float[] AlphaBar(ReadOnlySpan<float> betas)
    {
        float[] alphaBar = new float[betas.Length];
        double product = 1;
        for (int i = 0; i < betas.Length; i++) alphaBar[i] = (float)(product *= 1f - betas[i]);
        return alphaBar;
    }

    /// <summary>
    /// The betas rescaled so that the last level is pure noise (Lin et al. 2023, arXiv:2305.08891, algorithm 1).
    /// </summary>
    public static float[] WithZeroTerminalSnr(ReadOnlySpan<float> betas)
    {
        float[] root = [.. AlphaBar(betas).ToArray().Select(MathF.Sqrt)];
        float first = root[0], last = root[^1], scale = first / (first - last);
        float[] bar = [.. root.Select(r => (r - last) * scale).Select(r => r * r)];
        float[] rescaled = new float[betas.Length];
        for (int i = 0; i < rescaled.Length; i++) rescaled[i] = 1 - (i == 0 ? bar[0] : bar[i] / bar[i - 1]);
        return rescaled;
    }

    private static float[] FromAlphaBar(int steps, Func<double, double> alphaBar)
    {
        float[] betas = new float[steps];
        for (int i = 0; i < steps; i++)
            betas[i] = (float)Math.Min(1 - alphaBar((i + 1.0) / steps) / alphaBar((double)i / steps), LargestBeta);
        return betas;
    }

    /// <summary>
    /// Evenly spaced float32 numbers, bit for bit as PyTorch makes them on an AVX2 processor: groups of eight share
    /// one fused base, counted from the nearer end.
    /// </summary>
    internal static float[] LinSpace(float start, float end, int count)
    {
        const int Group = 8;
        float[] values = new float[count];
        if (count == 1)
        {
            values[0] = start;
            return values;
        }

        float step = (end - start) / (count - 1);
        for (int i = 0; i < count; i++)
        {
            int first = i / Group * Group;
            float origin = first < count / 2
                ? MathF.FusedMultiplyAdd(step, first, start) : MathF.FusedMultiplyAdd(-step, count - 1 - first, end);
            values[i] = origin + (i - first) * step;
        }

        return values;
    }
}
