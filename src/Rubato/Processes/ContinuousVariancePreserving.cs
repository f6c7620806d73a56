namespace Rubato.Processes;

/// <summary>
/// The variance-preserving process whose beta rises linearly over t in [0, 1]: ln alpha = -(b1 - b0) t^2 / 4 - b0 t / 2.
/// Song et al. 2021, arXiv:2011.13456, eq. 32 and 33. The network is told t.
/// </summary>
/// <param name="first">b0: beta at t = 0.</param>
/// <param name="last">b1: beta at t = 1.</param>
public sealed class ContinuousVariancePreserving(double first = 0.1, double last = 20) : IProcess
{
    /// <inheritdoc/>
    public Level At(double time)
    {
        double logAlpha = -(last - first) * time * time / 4 - first * time / 2;
        return new Level(Math.Exp(logAlpha), Math.Sqrt(-double.ExpM1(2 * logAlpha)), time);
    }

    /// <inheritdoc/>
    /// <remarks>In the form that does not cancel near t = 0 (Lu et al. 2022, arXiv:2206.00927, appendix D.4).</remarks>
    public Level OfKappa(double kappa)
    {
        double a = 2 * (last - first) * double.LogP1(kappa * kappa);
        double time = a / ((Math.Sqrt(first * first + a) + first) * (last - first));
        return VariancePreserving.FromKappa(kappa, time);
    }

    /// <inheritdoc/>
    public double InputScale(Level level) => 1 / Math.Sqrt(level.Alpha * level.Alpha + level.Sigma * level.Sigma);
}
