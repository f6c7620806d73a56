namespace Rubato.Processes;

/// <summary>The forward process that a network was trained on: which levels there are, and at which scale it saw them.</summary>
public interface IProcess
{
    /// <summary>The level that the network knows under a time; between its training times by interpolation.</summary>
    Level At(double time);

    /// <summary>The time of a level: the inverse of <see cref="At"/>, clamped to the trained range.</summary>
    /// <param name="kappa">sigma / alpha.</param>
    double TimeOf(double kappa);

    /// <summary>The factor that brings a state of that level to the scale of the network's input.</summary>
    double InputScale(Level level);
}
