namespace Rubato.Processes;

/// <summary>The forward process that a network was trained on: which levels there are, and at which scale it saw them.</summary>
public interface IProcess
{
    /// <summary>The level that the network knows under a time; between its training times by interpolation.</summary>
    Level At(double time);

    /// <summary>
    /// The level of a sigma / alpha, at the network's scale. Its time is clamped to the trained range, the level is not.
    /// </summary>
    /// <param name="kappa">sigma / alpha, at least 0.</param>
    Level OfKappa(double kappa);

    /// <summary>The factor that brings a state of that level to the scale of the network's input.</summary>
    double InputScale(Level level);
}
