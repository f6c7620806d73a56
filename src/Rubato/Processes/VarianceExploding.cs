namespace Rubato.Processes;

/// <summary>
/// x = x0 + sigma noise, seen by the network as it is; sigma is geometric over t in [0, 1]. Song et al. 2021,
/// arXiv:2011.13456, eq. 30.
/// </summary>
/// <param name="min">sigma at t = 0.</param>
/// <param name="max">sigma at t = 1.</param>
public sealed class VarianceExploding(double min = 0.01, double max = 50) : IProcess
{
    /// <inheritdoc/>
    public Level At(double time) => new(1, min * Math.Pow(max / min, time), time);

    /// <inheritdoc/>
    public Level OfKappa(double kappa)
        => new(1, kappa, Math.Log(Math.Clamp(kappa, min, max) / min) / Math.Log(max / min));

    /// <inheritdoc/>
    public double InputScale(Level level) => 1 / level.Alpha;
}
