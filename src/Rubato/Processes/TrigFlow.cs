namespace Rubato.Processes;

/// <summary>x = cos(t) x0 + sin(t) noise, t from pi/2 down to 0. Lu and Song 2024, arXiv:2410.11081, section 3.</summary>
/// <param name="timeScale">What the network is told is t times this.</param>
public sealed class TrigFlow(double timeScale = 1) : IProcess
{
    /// <inheritdoc/>
    public Level At(double time) => new(Math.Cos(time / timeScale), Math.Sin(time / timeScale), time);

    /// <inheritdoc/>
    public Level OfKappa(double kappa) => At(timeScale * Math.Atan(kappa));

    /// <inheritdoc/>
    public double InputScale(Level level) => 1 / Math.Sqrt(level.Alpha * level.Alpha + level.Sigma * level.Sigma);
}
