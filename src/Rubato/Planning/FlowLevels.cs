using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>
/// Stops on the straight path of flow matching, shifted towards the noise. Esser et al. 2024, arXiv:2403.03206, eq. 23.
/// </summary>
public sealed record FlowLevels : IPlanner
{
    /// <summary>s of the paper, above 0: 1 leaves times as they are, 3 is Stable Diffusion 3.</summary>
    public double Shift { get; init; } = 1;

    /// <summary>The time that the last step but the final one is stretched to; null for no stretching.</summary>
    public double? Terminal { get; init; }

    /// <summary>
    /// Times before the shift, falling from 1 or below, all above 0; null for even ones from <see cref="First"/> to
    /// <see cref="Last"/>.
    /// </summary>
    public IReadOnlyList<double>? Times { get; init; }

    /// <summary>The first of the even times.</summary>
    public double First { get; init; } = 1;

    /// <summary>The last of the even times.</summary>
    public double Last { get; init; } = 1e-3;

    /// <summary>A curve that takes the place of the times between the first and the last, after the shift; null for none.</summary>
    public KappaLevels? Curve { get; init; }

    /// <summary>A last time that exponential solvers take in place of 1, where lambda is infinite; null for none.</summary>
    public double? Highest { get; init; }

    /// <summary>Whether the grid ends where its last step began, a step of no length; else with nothing left of the noise.</summary>
    public bool Repeats { get; init; }

    /// <summary>The level that the last step goes to, as a time; 0 unless the grid repeats.</summary>
    public double Final { get; init; }

    /// <summary>Whether the network is told whole training steps, cut off.</summary>
    public bool WholeSteps { get; init; }

    /// <summary>Whether the network is told the time from the noise on, 0 at the noise.</summary>
    public bool Inverted { get; init; }

    /// <summary>s t / (1 + (s - 1) t): 0 and 1 stay, the times between move up for s above 1.</summary>
    public static double Shifted(double time, double shift) => shift * time / (1 + (shift - 1) * time);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The times do not fall, or leave (0, 1].</exception>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (process is not Flow flow)
            throw new NotSupportedException("This schedule is one of flow matching; the model is no flow model.");
        double[] times = [.. (Times ?? Even(steps)).Select(time => Shifted(time, Shift))];
        if (Terminal is { } terminal)
            times = [.. times.Select(time => 1 - (1 - time) * (1 - terminal) / (1 - times[^1]))];
        if (Curve is not null) times = Curve.Sigmas(times.Length, times[^1], times[0]);
        if (Highest is { } highest) times[0] = Math.Min(times[0], highest);
        for (int i = 0; i < times.Length; i++)
            if (!(times[i] > 0 && times[i] <= 1 && (i == 0 || times[i] < times[i - 1])))
                throw new ArgumentException(
                    $"Times of a flow must fall from 1 or below and stay above 0; number {i + 1} is {times[i]}.");
        double start = coordinates == Coordinates.Network ? 1 : flow.FromSigma(times[0]).Kappa;
        return TimeGrid.Through(flow, [.. times.Append(Repeats ? times[^1] : Final).Select(LevelOf)], coordinates, start);

        Level LevelOf(double time)
        {
            Level level = flow.FromSigma(time);
            if (Inverted) level = level with { Time = flow.FromSigma(1 - time).Time };
            return WholeSteps ? level with { Time = Math.Floor(level.Time) } : level;
        }
    }

    private double[] Even(int count)
        => [.. Enumerable.Range(0, count).Select(i
            => count == 1 ? First : First + (double)i / (count - 1) * (Last - First))];
}
