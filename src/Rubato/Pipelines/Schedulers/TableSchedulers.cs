using Rubato.Guidance;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Solvers;

namespace Rubato.Pipelines.Schedulers;

/// <summary>Classes that step from one training step to another: DDPM and those that follow it.</summary>
internal static class TableSchedulers
{
    private const double DistilledStart = 0.00085, DistilledEnd = 0.012;   // betas where LCM and TCD state none

    private static readonly Dictionary<string, PosteriorVariance> Variances = new(StringComparer.Ordinal)
    {
        ["fixed_small"] = PosteriorVariance.Small,
        ["fixed_small_log"] = PosteriorVariance.Small,   // the same number by way of its logarithm
        ["fixed_large"] = PosteriorVariance.Large,
        ["learned_range"] = PosteriorVariance.Learned,
    };

    private static readonly Dictionary<string, PosteriorVariance> UnclipVariances = new(StringComparer.Ordinal)
    {
        ["fixed_small_log"] = PosteriorVariance.Small,
        ["learned_range"] = PosteriorVariance.Learned,
    };

    public static BuiltScheduler BuildDdim(SchedulerConfig config)
    {
        OutputMeaning meaning = config.ReadMeaning(SchedulerTables.Process(config.ReadBetas()), clips: true, thresholds: true);
        SpacedSteps steps = config.ReadSpacing("leading", GridStyle.Ddim, new GridEnds { Final = Final(config, clean: true) });
        return new BuiltScheduler
        {
            Meaning = meaning,
            Planner = _ => steps,
            Solver = (call, _) => new Ddim(call.Eta ?? 0, call.UseClippedOutput),
        };
    }

    public static BuiltScheduler BuildDdimInverse(SchedulerConfig config)
    {
        OutputMeaning meaning = config.ReadMeaning(SchedulerTables.Process(config.ReadBetas()), clips: true);
        SpacedSteps steps = config.ReadSpacing("leading", GridStyle.Ddim, new GridEnds { Final = Final(config, clean: true) });
        return new BuiltScheduler { Meaning = meaning, Planner = _ => new InverseSteps(steps), Solver = (_, _) => new Ddim() };
    }

    public static BuiltScheduler BuildDdpm(SchedulerConfig config)
    {
        OutputMeaning meaning = config.ReadMeaning(SchedulerTables.Process(config.ReadBetas()), clips: true, thresholds: true);
        PosteriorVariance variance = config.Choice("variance_type", "fixed_small", Variances);
        SpacedSteps steps = config.ReadSpacing("leading", GridStyle.Ancestral, new GridEnds());
        return new BuiltScheduler
        {
            Meaning = meaning,
            Planner = call => SchedulerTables.Given(call, steps.Ends) ?? steps,
            // only a step from training step 0 is free of noise: other grids end with some
            Solver = (_, grid) => new Ddpm(variance, noisyEnd: grid.Steps[^1].From.Time > 0),
        };
    }

    public static BuiltScheduler BuildUnclip(SchedulerConfig config)
    {
        config.Only("beta_schedule", "squaredcos_cap_v2");
        VariancePreserving process = SchedulerTables.Process(BetaSchedules.Cosine(config.TrainingSteps()));
        PosteriorVariance variance = config.Choice("variance_type", "fixed_small_log", UnclipVariances);
        var steps = new SpacedSteps(Spacing.Linspace) { Style = GridStyle.Ancestral };
        return new BuiltScheduler
        {
            Meaning = config.ReadMeaning(process, clips: true),
            Planner = _ => steps,
            Solver = (_, _) => new Ddpm(variance),   // every grid ends at training step 0
        };
    }

    public static BuiltScheduler BuildPndm(SchedulerConfig config)
    {
        OutputMeaning meaning = config.ReadMeaning(SchedulerTables.Process(config.ReadBetas()));
        bool rungeKutta = !config.Flag("skip_prk_steps", fallback: false);
        SpacedSteps steps = config.ReadSpacing("leading", GridStyle.Ddim, new GridEnds { Final = Final(config, clean: false) });
        return new BuiltScheduler { Meaning = meaning, Planner = _ => steps, Solver = (_, _) => new Pndm(rungeKutta), Arrange = rungeKutta ? null : Pndm.Arrange };
    }

    public static BuiltScheduler BuildRePaint(SchedulerConfig config)
    {
        var process = SchedulerTables.Process(config.ReadBetas());
        double eta = config.Number("eta", 0, 1, 0);
        var steps = new SpacedSteps(Spacing.Leading) { Style = GridStyle.Ddim };
        return new BuiltScheduler
        {
            Meaning = new OutputMeaning { Process = process, Limit = config.ReadLimit(clips: true, thresholds: false) },
            Planner = _ => steps,
            Solver = (call, _) => call.Inpainting is { } given
                ? new RePaint(given.Known, given.Mask) { Eta = eta, JumpLength = given.JumpLength, Passages = given.Passages }
                : throw new ArgumentException("RePaint completes a picture: it needs one, and a mask."),
        };
    }

    public static BuiltScheduler BuildLcm(SchedulerConfig config)
    {
        double scaling = config.Number("timestep_scaling", 1e-3, 1e3, 10);
        return BuildDistilled(config, FinalLevel.Clean, _ => new MultistepConsistency(scaling));
    }

    public static BuiltScheduler BuildTcd(SchedulerConfig config)
    {
        config.WithoutEffect("timestep_scaling");   // TCD has no boundary condition
        return BuildDistilled(config, FinalLevel.Lowest, call => new Tcd(call.Eta ?? 0.3));
    }

    private static BuiltScheduler BuildDistilled(SchedulerConfig config, FinalLevel final, Func<SchedulerCall, ISolver> solver)
    {
        var process = SchedulerTables.Process(config.ReadBetas(DistilledStart, DistilledEnd, "scaled_linear"));
        OutputMeaning meaning = config.ReadMeaning(process, clips: false, thresholds: true);
        int original = config.Integer("original_inference_steps", 1, process.Steps, 50);
        config.WithoutEffect("timestep_spacing", "steps_offset", "set_alpha_to_one");   // the grid and its end are fixed
        var ends = new GridEnds { Final = final };
        return new BuiltScheduler
        {
            Meaning = meaning,
            Planner = call => SchedulerTables.Given(call, ends) ?? new DistilledSteps
            {
                Original = call.OriginalSteps ?? original,
                Strength = call.Strength,
                Ends = ends,
            },
            Solver = (call, _) => solver(call),
        };
    }

    private static FinalLevel Final(SchedulerConfig config, bool clean)
        => config.Flag("set_alpha_to_one", clean) ? FinalLevel.Clean : FinalLevel.Lowest;
}
