using Rubato.Guidance;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;

namespace Rubato.Pipelines.Schedulers;

/// <summary>Classes of flow matching.</summary>
internal static class FlowSchedulers
{
    private const double MostShift = 1000;

    /// <summary>The shift that a mu stands for.</summary>
    private static readonly Dictionary<string, Func<double, double>> ShiftTypes = new(StringComparer.Ordinal)
    {
        ["exponential"] = Math.Exp,
        ["linear"] = mu => mu,
    };

    public static BuiltScheduler BuildEuler(SchedulerConfig config)
    {
        bool inverted = config.Flag("invert_sigmas", fallback: false), fresh = config.Flag("stochastic_sampling", fallback: false);
        // Euler's step in t is DDIM's map
        return Build(config, inverted, (_, _) => fresh ? new MultistepConsistency() : new Ddim());
    }

    public static BuiltScheduler BuildLcm(SchedulerConfig config)
    {
        config.Unbuilt("scale_factors");
        config.WithoutEffect("upscale_mode");
        return Build(config, config.Flag("invert_sigmas", fallback: false), (_, _) => new MultistepConsistency());
    }

    public static BuiltScheduler BuildHeun(SchedulerConfig config)
        => Build(config, inverted: false, (call, _) => new FlowHeun(call.Churn));

    /// <summary>A flow map goes to any later time in one evaluation; over the steps of a grid that is Euler's step.</summary>
    public static BuiltScheduler BuildMap(SchedulerConfig config)
    {
        int steps = config.TrainingSteps();
        double shift = config.Number("shift", 1e-3, MostShift, 1);
        return new BuiltScheduler
        {
            Meaning = Meaning(steps),
            Planner = call => new FlowLevels { Shift = shift, Times = call.Sigmas, Last = 1.0 / call.Steps },
            Solver = (_, _) => new Ddim(),
        };
    }

    public static BuiltScheduler BuildAncestral(SchedulerConfig config)
    {
        int steps = config.TrainingSteps();
        double eta = config.Number("eta", 0, 1, 1), noise = config.Number("s_noise", 0, 10, 1);
        return new BuiltScheduler
        {
            Meaning = Meaning(steps),
            // its lists hold their own final 0
            Planner = call => new FlowLevels { Times = call.Sigmas?.Where(sigma => sigma > 0).ToArray(), Last = 1.0 / call.Steps },
            Solver = (_, _) => new FlowAncestral(eta, noise),
        };
    }

    public static Func<double, double> ReadShiftType(SchedulerConfig config)
        => config.Choice("time_shift_type", "exponential", ShiftTypes);

    public static ArgumentException MissingMu(SchedulerConfig config)
        => new($"{config.ClassName}: dynamic shifting needs mu.");

    private static OutputMeaning Meaning(int trainingSteps, bool inverted = false) => new()
    {
        Process = new Flow(trainingSteps),
        Parameterisation = inverted ? Parameterisation.FlowToData : Parameterisation.Flow,
    };

    private static BuiltScheduler Build(SchedulerConfig config, bool inverted, Func<SchedulerCall, TimeGrid, ISolver> solver)
    {
        int trainingSteps = config.TrainingSteps();
        double shift = config.Number("shift", 1e-3, MostShift, 1);
        double? terminal = config.NumberOrNull("shift_terminal", 1e-6, 1);
        bool dynamic = config.Flag("use_dynamic_shifting", fallback: false);
        Func<double, double> shiftOf = ReadShiftType(config);
        KappaLevels? curve = config.ReadCurve();
        // a pipeline makes mu of these
        config.WithoutEffect("base_shift", "max_shift", "base_image_seq_len", "max_image_seq_len");
        double lowest = 1.0 / trainingSteps;
        return new BuiltScheduler
        {
            Meaning = Meaning(trainingSteps, inverted),
            Planner = call => new FlowLevels
            {
                Shift = dynamic ? shiftOf(call.Mu ?? throw MissingMu(config)) : shift,
                Terminal = terminal,
                Times = call.Sigmas ?? call.Timesteps?.Select(time => time / trainingSteps).ToArray(),
                // A static shift acts twice on a list that is made from the count alone: on its last time, then on all.
                Last = dynamic ? lowest : FlowLevels.Shifted(lowest, shift),
                Curve = curve,
                Inverted = inverted,
            },
            Solver = solver,
        };
    }
}
