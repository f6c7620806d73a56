using Rubato.Guidance;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;

namespace Rubato.Pipelines.Schedulers;

/// <summary>Classes that step in the log signal-to-noise ratio: DPM-Solver and its kin, for tables and for flows.</summary>
internal static class LambdaSchedulers
{
    private const int FewSteps = 15;   // below which they end with lower orders
    private const double MostShift = 1000;

    private static readonly Dictionary<string, (SolvedFor SolvedFor, double Eta)> Algorithms = new(StringComparer.Ordinal)
    {
        ["dpmsolver++"] = (SolvedFor.Data, 0),
        ["dpmsolver"] = (SolvedFor.Noise, 0),
        ["sde-dpmsolver++"] = (SolvedFor.Data, 1),
        ["sde-dpmsolver"] = (SolvedFor.Noise, 1),
    };

    // A solver_type that is another class's stands for the own default, as in diffusers: files may be read by any class.
    private static readonly Dictionary<string, DifferenceWeight> Weights = new(StringComparer.Ordinal)
    {
        ["midpoint"] = DifferenceWeight.Midpoint,
        ["heun"] = DifferenceWeight.Heun,
        ["logrho"] = DifferenceWeight.Midpoint,
        ["bh1"] = DifferenceWeight.Midpoint,
        ["bh2"] = DifferenceWeight.Midpoint,
    };

    private static readonly Dictionary<string, UniPcVariant> Variants = new(StringComparer.Ordinal)
    {
        ["bh1"] = UniPcVariant.Bh1,
        ["bh2"] = UniPcVariant.Bh2,
        ["midpoint"] = UniPcVariant.Bh2,
        ["heun"] = UniPcVariant.Bh2,
        ["logrho"] = UniPcVariant.Bh2,
    };

    private static readonly Dictionary<string, string> DeisTypes = Weights.Keys.ToDictionary(word => word, _ => "logrho", StringComparer.Ordinal);

    private static readonly Dictionary<string, SolvedFor> Predictions = new(StringComparer.Ordinal)
    {
        ["data_prediction"] = SolvedFor.Data,
        ["noise_prediction"] = SolvedFor.Noise,
    };

    public static BuiltScheduler BuildDpmMultistep(SchedulerConfig config)
    {
        Levels levels = ReadLevels(config, config.ReadFinalLevel(), config.Flag("use_lu_lambdas", fallback: false));
        return levels.Build(ReadDpmMultistep(config));
    }

    public static BuiltScheduler BuildDpmInverse(SchedulerConfig config)
    {
        Levels levels = ReadLevels(config, FinalLevel.Clean);
        return levels.Build(ReadDpmMultistep(config)) with
        {
            // Spaced steps are laid from the clean end, and end at the noisiest training step; curves end where they are.
            Planner = call => levels.Planner(call) switch
            {
                SpacedSteps steps => new AscendingLevels(steps with { Style = default })
                {
                    Open = steps.Spacing != Spacing.Trailing,
                    ToNoise = true,
                },
                IPlanner curve => new AscendingLevels(curve),
            },
        };
    }

    /// <summary>The multistep solver of a configuration.</summary>
    public static Func<SchedulerCall, TimeGrid, ISolver> ReadDpmMultistep(SchedulerConfig config)
    {
        int order = config.Integer("solver_order", 1, 3, 2);
        (SolvedFor solvedFor, double eta) = config.Choice("algorithm_type", "dpmsolver++", Algorithms);
        DifferenceWeight weight = config.Choice("solver_type", "midpoint", Weights);
        bool lowerFinal = config.Flag("lower_order_final", fallback: true);
        bool eulerAtFinal = config.Flag("euler_at_final", fallback: false);
        config.WithoutEffect("variance_type");   // predicted variances fall off an output that is too wide
        return (call, grid) => new DpmSolverMultistep(order, solvedFor, weight)
        {
            Eta = eta == 0 || solvedFor == SolvedFor.Noise ? eta : call.Eta ?? eta,
            NoiseScale = call.NoiseScale ?? 1,
            Second = eta > 0 && solvedFor == SolvedFor.Data ? SecondDerivative.Shifted : SecondDerivative.Half,
            LowerOrderEnd = lowerFinal && grid.Steps.Count < FewSteps,
            EulerEnd = eulerAtFinal,
        };
    }

    public static BuiltScheduler BuildDpmSinglestep(SchedulerConfig config)
    {
        Levels levels = ReadLevels(config, config.ReadFinalLevel());
        int order = config.Integer("solver_order", 1, 3, 2);
        (SolvedFor solvedFor, double eta) = config.Choice("algorithm_type", "dpmsolver++", Algorithms);
        DifferenceWeight weight = config.Choice("solver_type", "midpoint", Weights);
        bool lowerFinal = config.Flag("lower_order_final", fallback: false);
        config.WithoutEffect("variance_type");
        return levels.Build((_, _) => new DpmSolverSinglestep(order, solvedFor, weight) { Eta = eta, LowerOrderEnd = lowerFinal });
    }

    public static BuiltScheduler BuildDeis(SchedulerConfig config)
    {
        Levels levels = ReadLevels(config, null);
        config.Only("algorithm_type", "deis");
        config.Choice("solver_type", "logrho", DeisTypes);
        int order = config.Integer("solver_order", 1, 3, 2);
        bool lowerFinal = config.Flag("lower_order_final", fallback: true);
        return levels.Build((_, grid) => new Deis(order, lowerFinal && grid.Steps.Count < FewSteps));
    }

    public static BuiltScheduler BuildUniPc(SchedulerConfig config)
    {
        FinalLevel final = config.ReadFinalLevel();
        Levels levels = ReadLevels(config, final, uniPc: true);
        int order = config.Integer("solver_order", 1, 9, 2);
        bool data = config.Flag("predict_x0", fallback: true);
        UniPcVariant variant = config.Choice("solver_type", "bh2", Variants);
        bool lowerFinal = config.Flag("lower_order_final", fallback: true);
        double[] uncorrected = config.NumbersOrNull("disable_corrector", 0, 1e6, 1000) ?? [];
        config.Unbuilt("solver_p");
        return levels.Build((_, _) => new UniPc(order, variant, data ? SolvedFor.Data : SolvedFor.Noise)
        {
            LowerOrderEnd = lowerFinal,
            Uncorrected = [.. uncorrected.Select(index => (int)index)],
        });
    }

    public static BuiltScheduler BuildSa(SchedulerConfig config)
    {
        Levels levels = ReadLevels(config, null);
        int predictor = config.Integer("predictor_order", 1, 9, 2), corrector = config.Integer("corrector_order", 0, 9, 2);
        SolvedFor solvedFor = config.Choice("algorithm_type", "data_prediction", Predictions);
        bool lowerFinal = config.Flag("lower_order_final", fallback: true);
        config.WithoutEffect("variance_type");
        config.Unbuilt("tau_func");
        return levels.Build((_, _) => new SaSolver(predictor, corrector, solvedFor)
        {
            LowerOrderEnd = lowerFinal,
            Tau = (step, _) => step.From.Time is >= 200 and <= 800 ? 1 : 0,
        });
    }

    /// <summary>The grid of a configuration, whose keys the classes share.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="final">Where the grid ends; null for classes that end at the table's first step, or where they are.</param>
    /// <param name="evenLambda">Whether the configuration asks for even steps of lambda by another key.</param>
    /// <param name="uniPc">Whether the class ends as UniPC does.</param>
    private static Levels ReadLevels(SchedulerConfig config, FinalLevel? final, bool evenLambda = false, bool uniPc = false)
    {
        VariancePreserving process = SchedulerTables.Process(config.ReadBetas(), finite: true);
        OutputMeaning meaning = config.ReadMeaning(process, thresholds: true);
        KappaLevels? curve = config.ReadCurve(evenLambda);
        SpacedSteps steps = config.ReadSpacing("linspace", GridStyle.Multistep, new GridEnds { Final = final ?? FinalLevel.Lowest });
        FinalLevel ofCurve = final ?? FinalLevel.Repeat;
        if (uniPc && ofCurve == FinalLevel.Lowest) ofCurve = FinalLevel.Repeat;
        double least = config.Number("lambda_min_clipped", double.NegativeInfinity, 0, double.NegativeInfinity);
        steps = steps with { Usable = Enumerable.Range(0, process.Steps).Count(i => -Math.Log(process.Kappa(i)) >= least) };
        bool flows = config.Flag("use_flow_sigmas", fallback: false), dynamic = config.Flag("use_dynamic_shifting", fallback: false);
        double shift = config.Number("flow_shift", 1e-3, MostShift, 1);
        Func<double, double> shiftOf = FlowSchedulers.ReadShiftType(config);
        double? terminal = config.NumberOrNull("shift_terminal", 1e-6, 1);
        double? min = config.NumberOrNull("sigma_min", 1e-9, 1e6), max = config.NumberOrNull("sigma_max", 1e-9, 1e6);
        if (!flows)
        {
            // Karras levels tell the network whole steps; but diffusers leaves the cosine table's to be cut off.
            bool nearest = (curve is KarrasLevels || evenLambda) && (config.ClassName != "DPMSolverMultistepScheduler" || !config.IsCosine());
            KappaLevels? planner = curve is null ? null : curve with
            {
                Ends = steps.Ends with { Final = ofCurve },
                Rounding = nearest ? TimeRounding.Nearest : TimeRounding.Down,
                Min = min,
                Max = max,
            };
            return new Levels(meaning, call => SchedulerTables.Given(call, steps.Ends) ?? (IPlanner?)planner ?? steps);
        }

        double lowest = 1.0 / process.Steps, clean = 1 - lowest;
        return new Levels(
            meaning with { Process = new Flow(process.Steps), Parameterisation = Parameterisation.Flow },
            call => new FlowLevels
            {
                Shift = dynamic ? shiftOf(call.Mu ?? throw FlowSchedulers.MissingMu(config)) : shift,
                Terminal = terminal,
                First = uniPc ? 1 : clean,
                Last = uniPc ? 1 - (call.Steps - 1) * clean / call.Steps : clean / call.Steps,
                Highest = uniPc ? 1 - 1e-6 : null,
                WholeSteps = true,
                Repeats = ofCurve == FinalLevel.Repeat,
                Final = ofCurve == FinalLevel.Lowest ? Math.Sqrt(1 - process.AlphaBar[0]) / Math.Sqrt(process.AlphaBar[0]) : 0,
            });
    }

    /// <summary>What a network's output means, and the grid.</summary>
    private sealed record Levels(OutputMeaning Meaning, Func<SchedulerCall, IPlanner> Planner)
    {
        public BuiltScheduler Build(Func<SchedulerCall, TimeGrid, ISolver> solver)
            => new() { Meaning = Meaning, Planner = Planner, Solver = solver };
    }
}
