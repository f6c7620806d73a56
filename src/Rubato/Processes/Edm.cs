namespace Rubato.Processes;

/// <summary>
/// x = x0 + sigma noise, which the network sees divided by its deviation and is told ln(sigma) / 4 of. Karras et al. 2022,
/// arXiv:2206.00364, table 1.
/// </summary>
/// <param name="deviation">sigma_data: standard deviation of the data; 0.5 in the paper.</param>
/// <param name="timeOf">What the network is told of a sigma; null for ln(sigma) / 4.</param>
public sealed class Edm(double deviation = 0.5, Func<double, double>? timeOf = null) : IProcess
{
    /// <inheritdoc/>
    /// <remarks>The time is ln(sigma) / 4.</remarks>
    public Level At(double time) => OfKappa(Math.Exp(4 * time));

    /// <inheritdoc/>
    public Level OfKappa(double kappa) => new(1, kappa, timeOf?.Invoke(kappa) ?? Math.Log(kappa) / 4);

    /// <inheritdoc/>
    public double InputScale(Level level)
        => 1 / Math.Sqrt(level.Sigma * level.Sigma + level.Alpha * level.Alpha * deviation * deviation);
}
