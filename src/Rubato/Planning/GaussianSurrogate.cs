namespace Rubato.Planning;

/// <summary>
/// What a schedule and a sampler make of normal data, with a denoiser that knows its covariance: along each principal axis the
/// variance of the samples follows a recursion, without chance and without a network. Part of the reconstruction of AC-Diff's
/// noise schedules (Xing et al. 2024, arXiv:2411.15199).
/// </summary>
internal sealed class GaussianSurrogate
{
    // Axes whose variances differ by less are taken together: 3,072 become some 250, and errors keep four digits.
    private const double Together = 0.05;

    private readonly (double Variance, int Axes)[] _groups;
    private readonly double _total;

    /// <summary>Normal data.</summary>
    /// <param name="variances">Along the principal axes: finite, at least 0, not all 0.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public GaussianSurrogate(IReadOnlyList<double> variances)
    {
        if (!variances.All(variance => variance >= 0 && double.IsFinite(variance)) || !variances.Any(variance => variance > 0))
            throw new ArgumentException("Variances are finite, at least 0 and not all 0.", nameof(variances));
        _groups = Group([.. variances.Where(variance => variance > 0).OrderDescending()]);
        _total = _groups.Sum(group => group.Axes * group.Variance);
    }

    /// <summary>
    /// The 2-Wasserstein distance of samples and data, as a part of the data's spread: sqrt(sum (sqrt(V) - sqrt(v))^2 / sum v).
    /// </summary>
    /// <param name="alphaBar">alpha^2 of the levels, rising: from the start on. The clean end follows.</param>
    /// <param name="kind">Of the sampler.</param>
    public double Error(IReadOnlyList<double> alphaBar, SamplerKind kind)
    {
        LinearStep[] steps = Steps(alphaBar, kind);
        double squares = _groups.Sum(group => group.Axes * Squared(Math.Sqrt(Run(steps, group.Variance)) - Math.Sqrt(group.Variance)));
        return Math.Sqrt(squares / _total);
    }

    /// <summary>
    /// How fast the denoised sample moves with kappa, where data and noise stay as they are: the root of its mean square over both.
    /// Of one axis it is v / (v + kappa^2), as follows from x0 = v / (v + kappa^2) (data + kappa noise).
    /// </summary>
    /// <param name="kappa">sigma / alpha</param>
    public double Rate(double kappa)
        => Math.Sqrt(_groups.Sum(group => group.Axes * Squared(group.Variance / (group.Variance + kappa * kappa))));

    /// <summary>V: the variance of the samples along an axis of the data's variance v. The start state has variance 1.</summary>
    public static double Variance(double variance, IReadOnlyList<double> alphaBar, SamplerKind kind)
        => Run(Steps(alphaBar, kind), variance);

    private static double Run(LinearStep[] steps, double variance)
    {
        double result = 1;
        foreach (LinearStep step in steps)
        {
            double gain = Math.Sqrt(step.AlphaBar) * variance / (step.AlphaBar * variance + 1 - step.AlphaBar);   // of the exact x0
            result = Squared(step.Data * gain + step.State) * result + step.Noise;
        }

        return result;
    }

    private static LinearStep[] Steps(IReadOnlyList<double> alphaBar, SamplerKind kind)
        => [.. alphaBar.Select((from, i) => LinearStep.Of(from, i + 1 < alphaBar.Count ? alphaBar[i + 1] : 1, kind))];

    private static (double Variance, int Axes)[] Group(double[] falling)
    {
        var groups = new List<(double, int)>();
        for (int i = 0; i < falling.Length;)
        {
            double[] near = [.. falling.Skip(i).TakeWhile(variance => variance > falling[i] * (1 - Together))];
            groups.Add((near.Average(), near.Length));
            i += near.Length;
        }

        return [.. groups];
    }

    private static double Squared(double x) => x * x;

    /// <summary>x' = Data * x0 + State * x, and noise of variance Noise.</summary>
    private readonly record struct LinearStep(double AlphaBar, double Data, double State, double Noise)
    {
        public static LinearStep Of(double from, double to, SamplerKind kind)
        {
            if (kind == SamplerKind.Deterministic)   // DDIM: sqrt(to) x0 + sqrt(1 - to) noise
            {
                double state = Math.Sqrt((1 - to) / (1 - from));
                return new LinearStep(from, Math.Sqrt(to) - state * Math.Sqrt(from), state, 0);
            }

            double alpha = from / to, beta = 1 - alpha;   // DDPM, eq. 6 and 7
            return new LinearStep(
                from, Math.Sqrt(to) * beta / (1 - from), Math.Sqrt(alpha) * (1 - to) / (1 - from), beta * (1 - to) / (1 - from));
        }
    }
}
