using Rubato.Guidance;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;

namespace Rubato.Pipelines.Schedulers;

/// <summary>Classes that step in sigma / alpha: k-diffusion's samplers.</summary>
internal static class KappaSchedulers
{
    private const double LeastSigma = 1e-9, MostSigma = 1e6;
    private const double StableStart = 0.00085, StableEnd = 0.012;   // betas where some of the classes state none

    private static readonly Dictionary<string, bool> TimestepTypes = new(StringComparer.Ordinal)
    {
        ["discrete"] = false,
        ["continuous"] = true,
    };

    private static readonly Dictionary<string, bool> Interpolations = new(StringComparer.Ordinal)
    {
        ["linear"] = false,
        ["log_linear"] = true,
    };

    public static BuiltScheduler BuildEuler(SchedulerConfig config)
    {
        OutputMeaning meaning = config.ReadMeaning(SchedulerTables.Process(config.ReadBetas(), finite: true));
        bool logarithmic = config.Choice("interpolation_type", "linear", Interpolations);
        var ends = new GridEnds { Final = config.ReadFinalLevel() };
        SpacedSteps steps = config.ReadSpacing("linspace", GridStyle.Kappa, ends);
        double? min = config.NumberOrNull("sigma_min", LeastSigma, MostSigma);
        double? max = config.NumberOrNull("sigma_max", LeastSigma, MostSigma);
        bool logTime = config.Choice("timestep_type", "discrete", TimestepTypes);
        KappaLevels? curve = config.ReadCurve();
        IPlanner planner = curve is not null
            ? curve with { Within = steps, Ends = steps.Ends, Min = min, Max = max, LogTime = logTime }
            : logarithmic ? new LogarithmicSteps(steps) : steps;
        if (curve is null && logTime) throw config.NotBuilt("timestep_type \"continuous\" without use_karras_sigmas");
        return Build(meaning, steps, planner, (call, _) => new Euler(call.Churn));
    }

    public static BuiltScheduler BuildEulerAncestral(SchedulerConfig config)
    {
        OutputMeaning meaning = config.ReadMeaning(SchedulerTables.Process(config.ReadBetas(), finite: true));
        SpacedSteps steps = config.ReadSpacing("linspace", GridStyle.Kappa, new GridEnds());
        return Build(meaning, steps, steps, (call, _) => new EulerAncestral(call.Eta ?? 1, call.NoiseScale ?? 1));
    }

    public static BuiltScheduler BuildHeun(SchedulerConfig config)
        => BuildCurved(config, StableStart, StableEnd, (call, _) => new Heun(call.Churn), clips: false);

    public static BuiltScheduler BuildLms(SchedulerConfig config)
        => BuildCurved(config, 1e-4, 0.02, (call, _) => new Lms(call.Order ?? 4));

    public static BuiltScheduler BuildDpm2(SchedulerConfig config)
        => BuildCurved(config, StableStart, StableEnd, (_, _) => new Dpm2(), rounded: true);

    public static BuiltScheduler BuildDpm2Ancestral(SchedulerConfig config)
        => BuildCurved(config, StableStart, StableEnd, (call, _) => new Dpm2(call.Eta ?? 1), rounded: true);

    public static BuiltScheduler BuildDpmSde(SchedulerConfig config)
    {
        config.WithoutEffect("noise_sampler_seed");   // the caller's noise it is
        return BuildCurved(config, StableStart, StableEnd, (call, _) => new DpmppSde(call.Eta ?? 1, call.NoiseScale ?? 1));
    }

    private static BuiltScheduler BuildCurved(
        SchedulerConfig config, double start, double end, Func<SchedulerCall, TimeGrid, ISolver> solver, bool? clips = null, bool rounded = false)
    {
        OutputMeaning meaning = config.ReadMeaning(SchedulerTables.Process(config.ReadBetas(start, end)), clips);
        SpacedSteps steps = config.ReadSpacing("linspace", GridStyle.Kappa, new GridEnds());
        IPlanner planner = config.ReadCurve() is { } curve
            ? curve with
            {
                Within = steps,
                Ends = steps.Ends,
                Rounding = rounded && curve is KarrasLevels ? TimeRounding.Nearest : TimeRounding.None,
            }
            : steps;
        return Build(meaning, steps, planner, solver);
    }

    private static BuiltScheduler Build(
        OutputMeaning meaning, SpacedSteps steps, IPlanner planner, Func<SchedulerCall, TimeGrid, ISolver> solver) => new()
        {
            Meaning = meaning,
            Planner = call => SchedulerTables.Given(call, steps.Ends) ?? planner,
            Solver = solver,
            Coordinates = Coordinates.Unscaled,
        };
}
