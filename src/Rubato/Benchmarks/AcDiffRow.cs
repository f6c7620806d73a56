using Rubato.Pipelines;
using Rubato.Planning;

namespace Rubato.Benchmarks;

/// <summary>Where the steps of a condition come from.</summary>
internal enum HorizonSource
{
    /// <summary>All have the budget.</summary>
    Fixed,

    /// <summary>The model's estimate from the condition.</summary>
    Estimated,

    /// <summary>The model's estimate of where errors are the same for all.</summary>
    Tolerance,

    /// <summary>The model's estimates, each dealt to another condition.</summary>
    Dealt,

    /// <summary>The sample's own measured error curve.</summary>
    Measured,
}

/// <summary>A way to draw all conditions.</summary>
/// <param name="Id">Its short name.</param>
/// <param name="Name">What it is.</param>
/// <param name="Solver">The solver.</param>
/// <param name="Schedule">Of its grids.</param>
/// <param name="Horizons">Where steps come from.</param>
internal sealed record AcDiffRow(string Id, string Name, string Solver, string Schedule, HorizonSource Horizons)
{
    private const string Ancestral = "ddpm", Ddim = "ddim", Multistep = "dpmpp_2m";

    private static readonly string Recomputed = StudySchedules.NameOf(FixedBeta.Recomputed);

    /// <summary>DDPM in full.</summary>
    public static AcDiffRow Full { get; } = new("R1", "DDPM, all steps", Ancestral, Recomputed, HorizonSource.Fixed);

    /// <summary>DDPM in full, on a network that is told nothing.</summary>
    public static AcDiffRow ReverseOnly { get; } = Full with { Id = "R0", Name = "DDPM, all steps, conditions in reverse alone" };

    /// <summary>AC-Diff.</summary>
    public static AcDiffRow AcDiff { get; } = new(
        "R4", "AC-Diff: T by condition, hybrid", Ancestral, ScheduleNames.Hybrid, HorizonSource.Estimated);

    /// <summary>The hard control: as many steps for every condition.</summary>
    public static AcDiffRow SameSteps { get; } = new("R6", "ancestral, fixed N, recomputed", Ancestral, Recomputed, HorizonSource.Fixed);

    /// <summary>The same on AC-Diff's schedules: what horizons alone have to beat.</summary>
    public static AcDiffRow SameStepsHybrid { get; } = new("R6h", "ancestral, fixed N, hybrid", Ancestral, ScheduleNames.Hybrid, HorizonSource.Fixed);

    /// <summary>AC-Diff by DDIM.</summary>
    public static AcDiffRow Deterministic { get; } = new(
        "R4", "DDIM, T by condition, hybrid", Ddim, ScheduleNames.Hybrid, HorizonSource.Estimated);

    /// <summary>DDIM with as many steps for every condition, on AC-Diff's schedules: what error curves are measured with.</summary>
    public static AcDiffRow Ladder { get; } = new("R6h", "DDIM, fixed N, hybrid", Ddim, ScheduleNames.Hybrid, HorizonSource.Fixed);

    /// <summary>DDIM with as many steps for every condition, without AC-Diff's schedules.</summary>
    public static AcDiffRow PlainLadder { get; } = new("R5, R6", "DDIM, fixed N, recomputed", Ddim, Recomputed, HorizonSource.Fixed);

    /// <summary>A modern solver with as many steps for every condition, without AC-Diff's schedules.</summary>
    public static AcDiffRow PlainMultistep { get; } = new(
        "R5b", "DPM-Solver++ 2M, fixed N, recomputed", Multistep, Recomputed, HorizonSource.Fixed);

    /// <summary>AC-Diff by DDIM, where steps are dealt so that all are foreseen to have one error.</summary>
    public static AcDiffRow SameError { get; } = new(
        "R4t", "DDIM, T by condition to one tolerance, hybrid", Ddim, ScheduleNames.Hybrid, HorizonSource.Tolerance);

    /// <summary>DDIM with as many steps for every condition, on schedules that look at no error.</summary>
    public static AcDiffRow ConstantRate { get; } = new(
        "R6c", "DDIM, fixed N, constant rate", Ddim, StudySchedules.ConstantRate, HorizonSource.Fixed);

    /// <summary>What ends next to the exact solution with many steps: what errors are taken to, on schedules of each kind.</summary>
    public static IReadOnlyList<AcDiffRow> References { get; } =
        [.. new[] { ScheduleNames.Hybrid, Recomputed }.Select(schedule => new AcDiffRow("", $"DPM-Solver++ 2M, {schedule}", Multistep, schedule, HorizonSource.Fixed))];

    /// <summary>The schedule of the run that its errors are taken to: one between the same ends.</summary>
    public string ReferenceSchedule => Schedule == Recomputed ? Recomputed : ScheduleNames.Hybrid;

    /// <summary>Rows whose pictures are judged as distributions.</summary>
    public static IReadOnlyList<AcDiffRow> OfPictures { get; } =
    [
        new("R2", "T by condition, stride", Ancestral, StudySchedules.NameOf(FixedBeta.Stride), HorizonSource.Estimated),
        new("R2b", "T by condition, prefix", Ancestral, StudySchedules.NameOf(FixedBeta.Prefix), HorizonSource.Estimated),
        new("R2c", "T by condition, respaced", Ancestral, StudySchedules.NameOf(FixedBeta.Respaced), HorizonSource.Estimated),
        new("R3", "T by condition, recomputed", Ancestral, Recomputed, HorizonSource.Estimated),
        AcDiff,
        new("R5", "DDIM, fixed N, recomputed", Ddim, Recomputed, HorizonSource.Fixed),
        PlainMultistep,
        SameSteps,
        SameStepsHybrid,
        new("R7", "AC-Diff's T dealt to others", Ancestral, ScheduleNames.Hybrid, HorizonSource.Dealt),
        new("R8", "oracle: T by measured errors, hybrid", Ancestral, ScheduleNames.Hybrid, HorizonSource.Measured),
    ];

    /// <summary>Rows whose errors are taken: the ancestral ones by DDIM.</summary>
    public static IReadOnlyList<AcDiffRow> OfErrors { get; } =
    [
        new("R3", "DDIM, T by condition, recomputed", Ddim, Recomputed, HorizonSource.Estimated),
        Deterministic,
        PlainLadder,
        PlainMultistep,
        Ladder,
        new("R7", "DDIM, AC-Diff's T dealt to others", Ddim, ScheduleNames.Hybrid, HorizonSource.Dealt),
        new("R8", "oracle: DDIM, T by measured errors, hybrid", Ddim, ScheduleNames.Hybrid, HorizonSource.Measured),
    ];

    /// <summary>A modern solver in the place of the ancestral one, with guidance: AC-Diff's steps, as many for all, and without its schedules.</summary>
    public static IReadOnlyList<AcDiffRow> Modern { get; } =
    [
        new("M4", "DPM-Solver++ 2M, T by condition, hybrid", Multistep, ScheduleNames.Hybrid, HorizonSource.Estimated),
        new("M6", "DPM-Solver++ 2M, fixed N, hybrid", Multistep, ScheduleNames.Hybrid, HorizonSource.Fixed),
        PlainMultistep,
    ];

    /// <summary>Rows of errors that tell a rule, a schedule or a solver from another.</summary>
    public static IReadOnlyList<AcDiffRow> OfAblations { get; } = [Deterministic, SameError, PlainLadder, ConstantRate, Ladder, .. Modern];
}
