namespace Rubato.Processes;

/// <summary>
/// The discrete variance-preserving process of DDPM (Ho et al. 2020, arXiv:2006.11239): alpha^2 is a table over the
/// training steps, sigma^2 = 1 - alpha^2.
/// </summary>
/// <param name="alphaBar">alpha^2 for each training step, falling; entries from 0 to 1. Stored as float32, as the references do.</param>
public sealed class VariancePreserving(ReadOnlySpan<float> alphaBar) : IProcess
{
    private readonly float[] _alphaBar = Checked(alphaBar);

    /// <summary>Number of training steps.</summary>
    public int Steps => _alphaBar.Length;

    /// <summary>alpha^2 of each training step.</summary>
    public ReadOnlySpan<float> AlphaBar => _alphaBar;

    /// <summary>
    /// What the network is told of training step i: <c>TimeScale * (i + TimeOffset)</c>. diffusers' networks take i
    /// itself; others a fraction.
    /// </summary>
    public (double Scale, double Offset) TimeUnit { get; init; } = (1, 0);

    /// <summary>The process of a table of variances beta.</summary>
    public static VariancePreserving FromBetas(ReadOnlySpan<float> betas) => new(BetaSchedules.AlphaBar(betas));

    /// <summary>sigma / alpha of a training step, sqrt((1 - alphaBar) / alphaBar).</summary>
    public double Kappa(int step) => Math.Sqrt((1.0 - _alphaBar[step]) / _alphaBar[step]);

    /// <summary>
    /// The level of a training step, at the network's scale. Between training steps sigma / alpha is interpolated
    /// linearly, as diffusers does; below step 0 lies the clean level.
    /// </summary>
    public Level AtStep(double step)
    {
        if (step < 0) return new Level(1, 0, Time(0));
        double inside = Math.Min(step, Steps - 1);
        int low = (int)inside;
        if (low == inside) return new Level(Math.Sqrt(_alphaBar[low]), Math.Sqrt(1.0 - _alphaBar[low]), Time(step));
        return FromKappa(Kappa(low) + (inside - low) * (Kappa(low + 1) - Kappa(low)), Time(step));
    }

    /// <summary>What the network is told of a training step, which may be fractional.</summary>
    public double Time(double step) => TimeUnit.Scale * (step + TimeUnit.Offset);

    /// <summary>The training step that a time stands for.</summary>
    public double StepOf(double time) => time / TimeUnit.Scale - TimeUnit.Offset;

    /// <summary>A level by its sigma / alpha, at the network's scale.</summary>
    public static Level FromKappa(double kappa, double time)
    {
        double alpha = 1 / Math.Sqrt(1 + kappa * kappa);
        return new Level(alpha, kappa * alpha, time);
    }

    /// <inheritdoc/>
    public Level At(double time) => AtStep(Math.Max(StepOf(time), 0)) with { Time = time };

    /// <inheritdoc/>
    /// <remarks>The time is linear in ln kappa over the table, as k-diffusion has it.</remarks>
    public Level OfKappa(double kappa) => FromKappa(kappa, Time(StepOfKappa(kappa)));

    /// <summary>The fractional training step of a sigma / alpha: linear in ln kappa over the table, clamped to it.</summary>
    public double StepOfKappa(double kappa)
    {
        double target = Math.Log(Math.Max(kappa, 1e-10));
        int low = 0, high = Steps - 1;
        if (target <= Math.Log(Kappa(low))) return low;
        if (target >= Math.Log(Kappa(high))) return high;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (Math.Log(Kappa(middle)) <= target) low = middle;
            else high = middle;
        }

        double from = Math.Log(Kappa(low)), to = Math.Log(Kappa(high));
        return low + (target - from) / (to - from);
    }

    /// <inheritdoc/>
    public double InputScale(Level level) => 1 / Math.Sqrt(level.Alpha * level.Alpha + level.Sigma * level.Sigma);

    private static float[] Checked(ReadOnlySpan<float> alphaBar)
    {
        if (alphaBar.IsEmpty) throw new ArgumentException("A process needs at least one training step.", nameof(alphaBar));
        foreach (float value in alphaBar)
            if (!(value is >= 0 and <= 1))
                throw new ArgumentException($"alpha^2 must lie between 0 and 1; the table holds {value}.", nameof(alphaBar));
        return alphaBar.ToArray();
    }
}
