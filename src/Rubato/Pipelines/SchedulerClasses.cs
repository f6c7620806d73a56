using Rubato.Guidance;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;

namespace Rubato.Pipelines;

/// <summary>A scheduler that has been read.</summary>
internal sealed record BuiltScheduler
{
    /// <summary>What the output means.</summary>
    public required OutputMeaning Meaning { get; init; }

    /// <summary>Where a run stops.</summary>
    public required Func<SchedulerCall, IPlanner> Planner { get; init; }

    /// <summary>How it moves over a grid, which stands in the coordinates below.</summary>
    public required Func<SchedulerCall, TimeGrid, ISolver> Solver { get; init; }

    public Coordinates Coordinates { get; init; } = Coordinates.Network;
}

/// <summary>diffusers' scheduler classes: which solver each is, and what its options do.</summary>
internal static class SchedulerClasses
{
    private const double LeastSigma = 1e-9, MostSigma = 1e6;
    private const int FewSteps = 15;   // below which DPM-Solver ends with lower orders

    public static readonly IReadOnlyDictionary<string, Func<SchedulerConfig, BuiltScheduler>> ByName =
        new Dictionary<string, Func<SchedulerConfig, BuiltScheduler>>(StringComparer.Ordinal)
        {
            ["DDIMScheduler"] = BuildDdim,
            ["DDPMScheduler"] = BuildDdpm,
            ["DPMSolverMultistepScheduler"] = BuildDpmSolver,
            ["EulerDiscreteScheduler"] = BuildEuler,
            ["FlowMatchEulerDiscreteScheduler"] = BuildFlow,
            ["HeunDiscreteScheduler"] = BuildHeun,
        };

    private static readonly Dictionary<string, PosteriorVariance> Variances = new(StringComparer.Ordinal)
    {
        ["fixed_small"] = PosteriorVariance.Small,
        ["fixed_small_log"] = PosteriorVariance.Small,   // the same number by way of its logarithm
        ["fixed_large"] = PosteriorVariance.Large,
        ["learned_range"] = PosteriorVariance.Learned,
    };

    private static readonly Dictionary<string, DifferenceWeight> SolverTypes = new(StringComparer.Ordinal)
    {
        ["midpoint"] = DifferenceWeight.Midpoint,
        ["heun"] = DifferenceWeight.Heun,
    };

    private static readonly Dictionary<string, bool> TimestepTypes = new(StringComparer.Ordinal)
    {
        ["discrete"] = false,
        ["continuous"] = true,
    };

    /// <summary>The shift that a mu stands for.</summary>
    private static readonly Dictionary<string, Func<double, double>> ShiftTypes = new(StringComparer.Ordinal)
    {
        ["exponential"] = Math.Exp,
        ["linear"] = mu => mu,
    };

    private static BuiltScheduler BuildDdim(SchedulerConfig config)
    {
        VariancePreserving process = SchedulerTables.Process(config.ReadBetas());
        OutputMeaning meaning = Meaning(config, process, clips: true, thresholds: true);
        FinalLevel final = config.Flag("set_alpha_to_one", fallback: true) ? FinalLevel.Clean : FinalLevel.Lowest;
        SpacedSteps steps = config.ReadSpacing("leading", GridStyle.Ddim, new GridEnds { Final = final });
        return new BuiltScheduler
        {
            Meaning = meaning,
            Planner = _ => steps,
            Solver = (call, _) => new Ddim(call.Eta, call.UseClippedOutput),
        };
    }

    private static BuiltScheduler BuildDdpm(SchedulerConfig config)
    {
        VariancePreserving process = SchedulerTables.Process(config.ReadBetas());
        OutputMeaning meaning = Meaning(config, process, clips: true, thresholds: true);
        PosteriorVariance variance = config.Choice("variance_type", "fixed_small", Variances);
        SpacedSteps steps = config.ReadSpacing("leading", GridStyle.Ancestral, new GridEnds());
        return new BuiltScheduler
        {
            Meaning = meaning,
            Planner = call => Given(call, steps) ?? steps,
            // only a step from training step 0 is free of noise: other grids end with some
            Solver = (_, grid) => new Ddpm(variance, noisyEnd: grid.Steps[^1].From.Time > 0),
        };
    }

    private static BuiltScheduler BuildEuler(SchedulerConfig config)
    {
        OutputMeaning meaning = Meaning(config, SchedulerTables.Process(config.ReadBetas(), finite: true));
        config.Only("interpolation_type", "linear");
        var ends = new GridEnds { Final = config.ReadFinalLevel() };
        SpacedSteps steps = config.ReadSpacing("linspace", GridStyle.Kappa, ends);
        double? min = config.NumberOrNull("sigma_min", LeastSigma, MostSigma);
        double? max = config.NumberOrNull("sigma_max", LeastSigma, MostSigma);
        bool logTime = config.Choice("timestep_type", "discrete", TimestepTypes);
        KappaLevels? curve = Curve(config);
        IPlanner planner = curve is null ? steps
            : curve with { Within = steps, Ends = steps.Ends, Min = min, Max = max, LogTime = logTime };
        if (curve is null && logTime) throw config.NotBuilt("timestep_type \"continuous\" without use_karras_sigmas");
        return new BuiltScheduler
        {
            Meaning = meaning,
            Planner = call => Given(call, steps) ?? planner,
            Solver = (call, _) => new Euler(call.Churn),
            Coordinates = Coordinates.Unscaled,
        };
    }

    private static BuiltScheduler BuildHeun(SchedulerConfig config)
    {
        float[] betas = config.ReadBetas(0.00085, 0.012);
        OutputMeaning meaning = Meaning(config, SchedulerTables.Process(betas), clips: false);
        SpacedSteps steps = config.ReadSpacing("linspace", GridStyle.Kappa, new GridEnds());
        IPlanner planner = Curve(config) is { } curve ? curve with { Within = steps, Ends = steps.Ends } : steps;
        return new BuiltScheduler
        {
            Meaning = meaning,
            Planner = call => Given(call, steps) ?? planner,
            Solver = (_, _) => new Heun(),
            Coordinates = Coordinates.Unscaled,
        };
    }

    private static BuiltScheduler BuildDpmSolver(SchedulerConfig config)
    {
        VariancePreserving process = SchedulerTables.Process(config.ReadBetas(), finite: true);
        OutputMeaning meaning = Meaning(config, process, thresholds: true);
        config.Only("algorithm_type", "dpmsolver++");
        config.Unbuilt("use_flow_sigmas");
        config.WithoutEffect("flow_shift", "use_dynamic_shifting", "time_shift_type");   // they move flow sigmas
        config.WithoutEffect("variance_type");   // predicted variances fall off an output that is too wide
        const double Unclipped = double.NegativeInfinity;
        if (config.Number("lambda_min_clipped", Unclipped, 0, Unclipped) > Unclipped)
            throw config.NotBuilt("lambda_min_clipped");
        int order = config.Integer("solver_order", 1, 3, 2);
        if (order == 3) throw config.NotBuilt("solver_order 3");
        DifferenceWeight weight = config.Choice("solver_type", "midpoint", SolverTypes);
        bool lowerFinal = config.Flag("lower_order_final", fallback: true);
        bool eulerAtFinal = config.Flag("euler_at_final", fallback: false);

        var ends = new GridEnds { Final = config.ReadFinalLevel() };
        SpacedSteps steps = config.ReadSpacing("linspace", GridStyle.Multistep, ends);
        // Karras levels tell the network whole steps; but diffusers leaves the cosine table's to be cut off.
        bool evenLambda = config.Flag("use_lu_lambdas", fallback: false);
        KappaLevels? curve = Curve(config, evenLambda);
        bool nearest = (curve is KarrasLevels || evenLambda) && !config.IsCosine();
        IPlanner planner = curve is null ? steps
            : curve with { Ends = steps.Ends, Rounding = nearest ? TimeRounding.Nearest : TimeRounding.Down };
        return new BuiltScheduler
        {
            Meaning = meaning,
            Planner = call => Given(call, steps) ?? planner,
            Solver = (_, grid) => order == 1
                ? new Ddim(noiseOfLimitedData: true)   // the same map
                : new Dpmpp2M(weight, eulerAtFinal || (lowerFinal && grid.Steps.Count < FewSteps) ? 1 : 0),
        };
    }

    private static BuiltScheduler BuildFlow(SchedulerConfig config)
    {
        const double MostShift = 1000;
        int trainingSteps = config.TrainingSteps();
        double shift = config.Number("shift", 1e-3, MostShift, 1);
        double? terminal = config.NumberOrNull("shift_terminal", 1e-6, 1);
        bool dynamic = config.Flag("use_dynamic_shifting", fallback: false);
        Func<double, double> shiftOf = config.Choice("time_shift_type", "exponential", ShiftTypes);
        config.Unbuilt("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas");
        config.Unbuilt("invert_sigmas", "stochastic_sampling");
        // a pipeline makes mu of these
        config.WithoutEffect("base_shift", "max_shift", "base_image_seq_len", "max_image_seq_len");
        double lowest = 1.0 / trainingSteps;
        var meaning = new OutputMeaning { Process = new Flow(trainingSteps), Parameterisation = Parameterisation.Flow };
        return new BuiltScheduler
        {
            Meaning = meaning,
            Planner = call => new FlowLevels
            {
                Shift = dynamic ? shiftOf(call.Mu ?? throw MissingMu(config)) : shift,
                Terminal = terminal,
                Times = call.Sigmas ?? call.Timesteps?.Select(time => time / trainingSteps).ToArray(),
                // A static shift acts twice on a list that is made from the count alone: on its last time, then on all.
                Last = dynamic ? lowest : FlowLevels.Shifted(lowest, shift),
            },
            Solver = (_, _) => new Ddim(),   // Euler's step in t is DDIM's map
        };
    }

    private static ArgumentException MissingMu(SchedulerConfig config)
        => new($"{config.ClassName}: dynamic shifting needs mu.");

    private static OutputMeaning Meaning(
        SchedulerConfig config, VariancePreserving process, bool? clips = null, bool thresholds = false) => new()
        {
            Process = process,
            Parameterisation = config.ReadPrediction(),
            Limit = config.ReadLimit(clips, thresholds),
        };

    /// <summary>The curve of kappa that the configuration asks for; null for the training table's own.</summary>
    private static KappaLevels? Curve(SchedulerConfig config, bool evenLambda = false)
    {
        bool karras = config.Flag("use_karras_sigmas", fallback: false);
        bool beta = config.Flag("use_beta_sigmas", fallback: false);
        bool even = config.Flag("use_exponential_sigmas", fallback: false) || evenLambda;
        return karras ? new KarrasLevels() : beta ? new BetaLevels() : even ? new ExponentialLevels() : null;
    }

    /// <summary>The list that the caller gave in place of a count; null for none.</summary>
    private static IPlanner? Given(SchedulerCall call, SpacedSteps steps) => call switch
    {
        { Sigmas: { } sigmas } => new GivenSigmas { Sigmas = sigmas, Ends = steps.Ends },
        { Timesteps: { } times } => new GivenSteps { Steps = times, Ends = steps.Ends },
        _ => null,
    };
}
