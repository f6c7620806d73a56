using Rubato.Pipelines;

namespace Rubato.Benchmarks;

/// <summary>The parts of a study of solvers.</summary>
[Flags]
internal enum SolverSections
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>How far deterministic solvers end from the exact solution.</summary>
    Errors = 1,

    /// <summary>What AdaptiveDiffusion adds to the best of them.</summary>
    Adaptive = 2,

    /// <summary>How far pictures of stochastic solvers are from real ones, as a distribution.</summary>
    Distribution = 4,

    /// <summary>All of them.</summary>
    All = Errors | Adaptive | Distribution,
}

/// <summary>How large a study of solvers is.</summary>
internal sealed record SolverStudyPlan
{
    /// <summary>The first seed of errors.</summary>
    public const long FirstSeed = 30000;

    /// <summary>The first seed of distributions.</summary>
    public const long FirstDistributionSeed = 40000;

    /// <summary>Fewest and most samples of errors, and how many there are where nobody says.</summary>
    public const int FewestSamples = 8, MostSamples = 64;

    /// <summary>The same for distributions.</summary>
    public const int FewestDistributionSamples = 100, MostDistributionSamples = 1000;

    /// <summary>The solver of the reference.</summary>
    public const string Reference = "dpmpp_2m";

    /// <summary>The grid of the reference: the training table's own steps, evenly spread.</summary>
    public const string ReferenceSchedule = "linspace";

    /// <summary>The budget by which solvers are put in order.</summary>
    public const int RankingBudget = 20;

    /// <summary>
    /// w of distributions: without guidance the exact solution has the distribution of the data, and guidance moves away from it.
    /// </summary>
    public const double DistributionGuidance = 1;

    /// <summary>Which parts are run.</summary>
    public SolverSections Sections { get; init; } = SolverSections.All;

    /// <summary>Samples of errors.</summary>
    public int Samples { get; init; } = MostSamples;

    /// <summary>Samples of each distribution.</summary>
    public int DistributionSamples { get; init; } = MostDistributionSamples;

    /// <summary>Steps of the reference.</summary>
    public int ReferenceSteps { get; init; } = 1000;

    /// <summary>Calls of the network for a sample, of errors.</summary>
    public IReadOnlyList<int> Budgets { get; init; } = [4, 6, 8, 10, 15, 20, 30, 50, 100];

    /// <summary>The grid that all solvers are compared on. What begins at the reference's start level ends where it does.</summary>
    public string Schedule { get; init; } = ReferenceSchedule;

    /// <summary>Solvers of errors.</summary>
    public IReadOnlyList<NamedSolver> Solvers { get; init; } = [.. SolverNames.All.Where(solver => !solver.IsStochastic)];

    /// <summary>Grids that the best solvers are tried on besides.</summary>
    public IReadOnlyList<string> OtherSchedules
    {
        get => [.. field.Where(schedule => schedule != Schedule)];
        init;
    } = [ReferenceSchedule, "karras", "exponential", "beta"];

    /// <summary>How many solvers are tried on other grids.</summary>
    public int OnOtherSchedules { get; init; } = 4;

    /// <summary>How many solvers AdaptiveDiffusion is tried on.</summary>
    public int WithPolicy { get; init; } = 3;

    /// <summary>Steps of the runs with AdaptiveDiffusion.</summary>
    public IReadOnlyList<int> AdaptiveSteps { get; init; } = [20, 30, 50];

    /// <summary>Its thresholds.</summary>
    public IReadOnlyList<double> Thresholds { get; init; } = [0.01, 0.03, 0.1];

    /// <summary>Solvers of distributions: the most used of those that draw noise, and one that does not beside them.</summary>
    public IReadOnlyList<NamedSolver> DistributionSolvers { get; init; } = Named("euler_ancestral", "dpm_2_ancestral",
        "dpmpp_2s_ancestral", "dpmpp_sde", "dpmpp_2m_sde", "dpmpp_3m_sde", "er_sde", "ddpm", "uni_pc_bh2");

    /// <summary>Calls of the network for a sample, of distributions.</summary>
    public IReadOnlyList<int> DistributionBudgets { get; init; } = [5, 10, 20, 50];

    /// <summary>How often features are redrawn for an interval.</summary>
    public int Redraws { get; init; } = 200;

    /// <summary>What the reference is called.</summary>
    public string ReferenceName => $"{Reference}, {ReferenceSteps} steps, {ReferenceSchedule}";

    /// <summary>Seeds of errors.</summary>
    public long[] Seeds => [.. Enumerable.Range(0, Samples).Select(i => FirstSeed + i)];

    /// <summary>Seeds of distributions.</summary>
    public long[] DistributionSeeds => [.. Enumerable.Range(0, DistributionSamples).Select(i => FirstDistributionSeed + i)];

    /// <summary>The same, so small that it takes a minute: whether it runs.</summary>
    public SolverStudyPlan Quick() => this with
    {
        Samples = FewestSamples,
        DistributionSamples = FewestDistributionSamples,
        ReferenceSteps = 100,
        Budgets = [4, 10, 20],
        Solvers = Named("ddim", "heun", "dpmpp_2m", "uni_pc"),
        OtherSchedules = [ReferenceSchedule, "karras"],
        OnOtherSchedules = 1,
        WithPolicy = 1,
        AdaptiveSteps = [20],
        Thresholds = [0.03, 0.1],
        DistributionSolvers = Named("euler_ancestral", "dpmpp_2m_sde"),
        DistributionBudgets = [5, 10],
        Redraws = 10,
    };

    private static NamedSolver[] Named(params string[] names) => [.. names.Select(name => SolverNames.Find(name, out _))];
}
