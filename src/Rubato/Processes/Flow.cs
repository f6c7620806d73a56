namespace Rubato.Processes;

/// <summary>The straight path x = (1 - t) x0 + t noise of flow matching; the network is told <c>TimeScale * t</c>.</summary>
/// <param name="timeScale">1000 for the models of diffusers.</param>
public sealed class Flow(double timeScale = 1000) : IProcess
{
    /// <inheritdoc/>
    public Level At(double time) => FromSigma(time / timeScale);

    /// <summary>The level of t in [0, 1].</summary>
    public Level FromSigma(double t) => new(1 - t, t, timeScale * t);

    /// <inheritdoc/>
    public Level OfKappa(double kappa) => FromSigma(kappa / (1 + kappa));

    /// <inheritdoc/>
    public double InputScale(Level level) => 1 / (level.Alpha + level.Sigma);
}
