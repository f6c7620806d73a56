using Rubato.Guidance;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;

namespace Rubato.Pipelines.Schedulers;

/// <summary>Classes for networks that were trained on x = x0 + sigma noise: EDM, consistency models, score networks.</summary>
internal static class EdmSchedulers
{
    private const double LeastSigma = 1e-9, MostSigma = 1e6;

    private static readonly Dictionary<string, bool> Negative = new(StringComparer.Ordinal)
    {
        ["epsilon"] = false,
        ["v_prediction"] = true,
    };

    private static readonly Dictionary<string, bool> Schedules = new(StringComparer.Ordinal)
    {
        ["karras"] = true,
        ["exponential"] = false,
    };

    public static BuiltScheduler BuildEuler(SchedulerConfig config)
        => Build(config, (call, _) => new Euler(call.Churn));

    public static BuiltScheduler BuildDpm(SchedulerConfig config) => Build(config, LambdaSchedulers.ReadDpmMultistep(config));

    public static BuiltScheduler BuildConsistency(SchedulerConfig config)
    {
        int trainingSteps = config.Integer("num_train_timesteps", 1, 100_000, 40);
        double min = config.Number("sigma_min", LeastSigma, MostSigma, 0.002), max = config.Number("sigma_max", LeastSigma, MostSigma, 80);
        double deviation = config.Number("sigma_data", 1e-3, 1e3, 0.5), rho = config.Number("rho", 1e-3, 1e3, 7);
        double noise = config.Number("s_noise", 0, 10, 1);
        bool clips = config.Flag("clip_denoised", fallback: true);
        double[] table = KarrasLevels.Sigmas(trainingSteps, min, max, rho);   // falling, as training numbered its levels from the top
        return new BuiltScheduler
        {
            Meaning = new OutputMeaning
            {
                Process = new Edm(deviation, sigma => 250 * Math.Log(sigma + 1e-44)),
                Parameterisation = Parameterisation.Consistency(deviation, min),
                Limit = clips ? new Clipping(1) : null,
            },
            Planner = call => new GivenSigmas
            {
                Sigmas = [.. Indices(call).Select(index => table[index]), min],
                Ends = new GridEnds { Start = max },
            },
            Solver = (_, _) => new MultistepConsistency { Least = min, NoiseScale = noise, Coordinates = Coordinates.Unscaled },
            Coordinates = Coordinates.Unscaled,
        };

        IEnumerable<int> Indices(SchedulerCall call) => call.Timesteps is { } given ? given.Reverse().Select(time => (int)time)
            : Enumerable.Range(0, call.Steps).Select(i => i * (trainingSteps / call.Steps));
    }

    public static BuiltScheduler BuildScoreSde(SchedulerConfig config)
    {
        config.WithoutEffect("num_train_timesteps", "sampling_eps");   // the levels are made anew
        double min = config.Number("sigma_min", LeastSigma, MostSigma, 0.01), max = config.Number("sigma_max", LeastSigma, MostSigma, 1348);
        double ratio = config.Number("snr", 1e-6, 1e3, 0.15);
        int corrections = config.Integer("correct_steps", 0, 100, 1);
        return new BuiltScheduler
        {
            Meaning = new OutputMeaning { Process = new VarianceExploding(min, max), Parameterisation = Parameterisation.Score },
            Planner = call => new GivenSigmas
            {
                Sigmas = [.. ExponentialLevels.Even(call.Steps, min, max), 0],
                Ends = new GridEnds { Start = max },
            },
            Solver = (_, _) => new PredictorCorrector(ratio, corrections),
            Coordinates = Coordinates.Unscaled,
        };
    }

    private static BuiltScheduler Build(SchedulerConfig config, Func<SchedulerCall, TimeGrid, ISolver> solver)
    {
        config.WithoutEffect("num_train_timesteps");
        double min = config.Number("sigma_min", LeastSigma, MostSigma, 0.002), max = config.Number("sigma_max", LeastSigma, MostSigma, 80);
        double deviation = config.Number("sigma_data", 1e-3, 1e3, 0.5), rho = config.Number("rho", 1e-3, 1e3, 7);
        KappaLevels curve = config.Choice("sigma_schedule", "karras", Schedules) ? new KarrasLevels { Rho = rho } : new ExponentialLevels();
        var ends = new GridEnds
        {
            Final = config.ReadFinalLevel() == FinalLevel.Clean ? FinalLevel.Clean : FinalLevel.Repeat,
            Start = Math.Sqrt(max * max + 1),
        };
        return new BuiltScheduler
        {
            Meaning = new OutputMeaning
            {
                Process = new Edm(deviation),
                Parameterisation = Parameterisation.Edm(deviation, config.Choice("prediction_type", "epsilon", Negative)),
                Limit = config.ReadLimit(clips: null, thresholds: true),
            },
            // a single exponential level is the last of the reference's list, not its first
            Planner = call => curve with { Min = min, Max = call.Steps == 1 && curve is ExponentialLevels ? min : max, Ends = ends },
            Solver = solver,
            Coordinates = Coordinates.Unscaled,
        };
    }
}
