using Rubato.Processes;

namespace Rubato.Sampling;

/// <summary>
/// What a network is told of a level: the four ablations of AC-Diff's backbone (Xing et al. 2024, arXiv:2411.15199; which one the
/// paper has, it leaves open). All but the first say where on its own trajectory a sample stands, t of T steps.
/// </summary>
internal enum LevelInput
{
    /// <summary>The level itself, as <see cref="Processes.Level.Time"/>: the same for every trajectory.</summary>
    Level,

    /// <summary>t, from 1 to T: for other T it stands for other levels.</summary>
    Index,

    /// <summary>1000 t / T: for other schedules it stands for other levels.</summary>
    Fraction,

    /// <summary>1000 t / T, and ln T as a second number.</summary>
    FractionAndHorizon,
}

/// <summary>The numbers of a <see cref="LevelInput"/>, in training and in sampling.</summary>
internal static class LevelInputs
{
    /// <summary>
    /// What t = T and T = 1000 are told as: sinusoidal embeddings are made for numbers up to the 1000 steps of DDPM's table, so a
    /// fraction from 0 to 1 would hardly move them.
    /// </summary>
    private const double Span = 1000;

    /// <summary>The number that stands for a level.</summary>
    /// <param name="input">What the network is told.</param>
    /// <param name="level">The level's own time.</param>
    /// <param name="t">Number of the step, from T, the noisiest, to 1.</param>
    /// <param name="steps">T.</param>
    public static double TimeOf(this LevelInput input, double level, double t, int steps) => input switch
    {
        LevelInput.Level => level,
        LevelInput.Index => t,
        _ => Span * t / steps,
    };

    /// <summary>The second number, 1000 ln T / ln 1000; null where the network is told one.</summary>
    public static float? LengthOf(this LevelInput input, int steps)
        => input == LevelInput.FractionAndHorizon ? (float)(Span * Math.Log(steps) / Math.Log(Span)) : null;
}

/// <summary>
/// What the network is told on one trajectory. t counts the grid's stops, those left out at its beginning too; between two of them,
/// where solvers with inner stages ask, it is linear in ln kappa, and beyond the first and the last it is theirs, T and 1: training
/// shows no others. A grid that comes back to a level has one stop there.
/// </summary>
internal sealed class TrajectoryInput
{
    private readonly LevelInput _input;
    private readonly double[] _stops;   // kappa, falling: t = T to 1

    public TrajectoryInput(LevelInput input, TimeGrid grid)
    {
        _input = input;
        _stops = input == LevelInput.Level ? [] : [.. grid.Skipped.Concat(grid.Steps).Select(step => step.From.Kappa)
            .Where(kappa => kappa > 0 && double.IsFinite(kappa)).Distinct().OrderDescending()];
        Length = input.LengthOf(Steps);
    }

    /// <summary>The trajectory's length, as the network is told it; null where it is not.</summary>
    public float? Length { get; }

    private int Steps => Math.Max(_stops.Length, 1);

    /// <summary>The number that stands for a level of the trajectory.</summary>
    public double TimeOf(Level level) => _input == LevelInput.Level ? level.Time : _input.TimeOf(level.Time, NumberOf(level.Kappa), Steps);

    private double NumberOf(double kappa)
    {
        int below = Array.FindIndex(_stops, stop => stop <= kappa);
        if (below < 0) return 1;
        double t = _stops.Length - below;
        if (below == 0 || _stops[below] == kappa) return t;
        return t + Math.Log(kappa / _stops[below]) / Math.Log(_stops[below - 1] / _stops[below]);
    }
}
