namespace Rubato.Processes;

/// <summary>
/// How noisy a state is: x = alpha * x0 + sigma * noise. The pair also says in which coordinates the state stands:
/// alpha^2 + sigma^2 = 1 for a variance-preserving state, alpha = 1 for one that k-diffusion steps.
/// </summary>
/// <param name="Alpha">Weight of the clean sample, at least 0.</param>
/// <param name="Sigma">Weight of the noise, at least 0.</param>
/// <param name="Time">What the network is told, in its own unit.</param>
public readonly record struct Level(double Alpha, double Sigma, double Time)
{
    /// <summary>Half the log signal-to-noise ratio, ln(alpha / sigma); rises from noise to data.</summary>
    public double Lambda => Math.Log(Alpha / Sigma);

    /// <summary>sigma / alpha, which EDM and k-diffusion call sigma.</summary>
    public double Kappa => Sigma / Alpha;

    /// <summary>Whether nothing of the noise is left.</summary>
    public bool IsClean => Sigma == 0;

    /// <summary>The same level with alpha = 1: the coordinates of k-diffusion.</summary>
    public Level Unscaled() => new(1, Kappa, Time);

    /// <summary>This level of the network's scale in the coordinates of a solver.</summary>
    public Level In(Coordinates coordinates) => coordinates == Coordinates.Network ? this : Unscaled();
}
