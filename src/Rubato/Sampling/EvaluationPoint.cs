using Rubato.Processes;
using Rubato.Tensors;

namespace Rubato.Sampling;

/// <summary>Where in its trajectory a sample asks for a prediction.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Stage">The stage of a solver that evaluates more than once a step, from 0.</param>
/// <param name="Level">The level of the state.</param>
public readonly record struct EvaluationPoint(int Step, int Stage, Level Level)
{
    /// <summary>
    /// The state as the last step left it before noise was added, for those who measure how the state moves; null where
    /// no noise was added.
    /// </summary>
    public Tensor? BeforeNoise { get; init; }
}

/// <summary>One move of a solver.</summary>
/// <param name="Index">From 0.</param>
/// <param name="From">Where the state stands.</param>
/// <param name="To">Where it is to go; less noisy.</param>
public readonly record struct Step(int Index, Level From, Level To)
{
    /// <summary>The first evaluation of the step: the state at <see cref="From"/>.</summary>
    public EvaluationPoint Start => new(Index, 0, From);

    /// <summary>The second evaluation of a two-stage solver: the state at <see cref="To"/>.</summary>
    public EvaluationPoint End => new(Index, 1, To);
}

/// <summary>The steps of a trajectory.</summary>
public sealed record TimeGrid
{
    /// <summary>
    /// In order; at least one. A step need not begin where the one before ended: some references do not.
    /// </summary>
    public required IReadOnlyList<Step> Steps { get; init; }

    /// <summary>Standard deviation that standard normal noise is given to make the start state.</summary>
    public double StartScale { get; init; } = 1;

    /// <summary>The steps that were left out, in order, where a run begins midway.</summary>
    public IReadOnlyList<Step> Skipped { get; init; } = [];

    /// <summary>The process that the levels belong to.</summary>
    public required IProcess Process { get; init; }

    /// <summary>The coordinates that the levels stand in.</summary>
    public Coordinates Coordinates { get; init; }

    /// <summary>A grid through levels, each step from one to the next.</summary>
    /// <param name="process">What the levels belong to.</param>
    /// <param name="levels">At least two, at the network's scale.</param>
    /// <param name="coordinates">Those of the solver.</param>
    /// <param name="startScale">Of the start state.</param>
    public static TimeGrid Through(
        IProcess process, IReadOnlyList<Level> levels, Coordinates coordinates, double startScale = 1) => new()
        {
            Process = process,
            Coordinates = coordinates,
            Steps = [.. levels.Zip(levels.Skip(1)).Select((pair, i)
                => new Step(i, pair.First.In(coordinates), pair.Second.In(coordinates)))],
            StartScale = startScale,
        };

    /// <summary>A level that need not be a stop, in the coordinates of the grid.</summary>
    /// <param name="kappa">Its sigma / alpha.</param>
    public Level At(double kappa) => Process.OfKappa(kappa).In(Coordinates);

    /// <summary>The grid without its first steps, for a start at a less noisy level.</summary>
    /// <param name="count">How many are left out; fewer than there are.</param>
    public TimeGrid Skip(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(count, Steps.Count);
        return this with
        {
            Skipped = [.. Skipped, .. Steps.Take(count)],
            Steps = [.. Steps.Skip(count).Select((step, i) => step with { Index = i })],
        };
    }

    /// <summary>The last part of the grid: how much of a start picture is redrawn.</summary>
    /// <param name="strength">
    /// Above 0, which keeps the picture, up to 1, which keeps nothing; at least one step is left.
    /// </param>
    public TimeGrid Last(double strength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(strength, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(strength, 1);
        return Skip(Steps.Count - Math.Max((int)(Steps.Count * strength), 1));
    }
}
