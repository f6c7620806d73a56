using Rubato.Guidance;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;

namespace Rubato.Pipelines.Schedulers;

/// <summary>A scheduler that has been read.</summary>
internal sealed record BuiltScheduler
{
    /// <summary>What the output means.</summary>
    public required OutputMeaning Meaning { get; init; }

    /// <summary>Where a run stops.</summary>
    public required Func<SchedulerCall, IPlanner> Planner { get; init; }

    /// <summary>How it moves over a grid, which stands in the coordinates below.</summary>
    public required Func<SchedulerCall, TimeGrid, ISolver> Solver { get; init; }

    /// <summary>What the solver makes of any grid before it goes; null for nothing.</summary>
    public Func<TimeGrid, TimeGrid>? Arrange { get; init; }

    public Coordinates Coordinates { get; init; } = Coordinates.Network;
}
