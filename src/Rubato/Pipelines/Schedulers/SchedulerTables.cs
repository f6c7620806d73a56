using Rubato.Guidance;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Pipelines.Schedulers;

/// <summary>
/// What the configurations of diffusers' schedulers have in common: betas, parameterisation, limits, spacing.
/// </summary>
internal static class SchedulerTables
{
    private const string Cosine = "squaredcos_cap_v2";
    private const double LeastBeta = 1e-7;   // smaller ones are lost in float32's 1 - beta
    private const int MostTrainingSteps = 100_000;
    private const float LeastAlphaBar = 1f / (1 << 24);   // what diffusers puts in place of a terminal 0
    private const int MostOffset = 1000;

    private static readonly Dictionary<string, Func<int, double, double, float[]>> Betas = new(StringComparer.Ordinal)
    {
        ["linear"] = BetaSchedules.Linear,
        ["scaled_linear"] = BetaSchedules.ScaledLinear,
        [Cosine] = (steps, _, _) => BetaSchedules.Cosine(steps),
        ["sigmoid"] = BetaSchedules.Sigmoid,
        ["exp"] = (steps, _, _) => BetaSchedules.Exponential(steps),
        ["laplace"] = (steps, _, _) => BetaSchedules.Laplace(steps),
    };

    private static readonly Dictionary<string, Parameterisation> Predictions = new(StringComparer.Ordinal)
    {
        ["epsilon"] = Parameterisation.Noise,
        ["sample"] = Parameterisation.Data,
        ["v_prediction"] = Parameterisation.Velocity,
        ["flow_prediction"] = Parameterisation.Flow,
    };

    private static readonly Dictionary<string, Spacing> Spacings = new(StringComparer.Ordinal)
    {
        ["leading"] = Spacing.Leading,
        ["linspace"] = Spacing.Linspace,
        ["trailing"] = Spacing.Trailing,
    };

    private static readonly Dictionary<string, FinalLevel> FinalLevels = new(StringComparer.Ordinal)
    {
        ["zero"] = FinalLevel.Clean,
        ["sigma_min"] = FinalLevel.Lowest,
    };

    /// <summary>The variances that the model was trained with.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="start">beta_start where none is stated.</param>
    /// <param name="end">beta_end where none is stated.</param>
    /// <param name="fallback">beta_schedule where none is stated.</param>
    public static float[] ReadBetas(this SchedulerConfig config, double start = 1e-4, double end = 0.02, string fallback = "linear")
    {
        int steps = config.TrainingSteps();
        start = config.Number("beta_start", LeastBeta, 1, start);
        end = config.Number("beta_end", LeastBeta, 1, end);
        var schedule = config.Choice("beta_schedule", fallback, Betas);
        double[]? trained = config.NumbersOrNull("trained_betas", LeastBeta, 1, MostTrainingSteps);
        float[] betas = trained is { Length: > 0 } ? Array.ConvertAll(trained, beta => (float)beta)
            : schedule(steps, start, end);
        bool rescale = config.Flag("rescale_betas_zero_snr", fallback: false);
        return rescale ? BetaSchedules.WithZeroTerminalSnr(betas) : betas;
    }

    /// <summary>Whether the betas are the cosine table.</summary>
    public static bool IsCosine(this SchedulerConfig config)
        => config.Choice("beta_schedule", "linear", Betas) == Betas[Cosine];

    /// <summary>Steps of training.</summary>
    public static int TrainingSteps(this SchedulerConfig config)
        => config.Integer("num_train_timesteps", 1, MostTrainingSteps, 1000);

    /// <summary>The process of the betas.</summary>
    /// <param name="betas">The variances.</param>
    /// <param name="finite">
    /// Whether a last level that is pure noise is replaced: sigma / alpha would be infinite.
    /// </param>
    public static VariancePreserving Process(float[] betas, bool finite = false)
    {
        float[] alphaBar = BetaSchedules.AlphaBar(betas);
        if (finite && alphaBar[^1] == 0) alphaBar[^1] = LeastAlphaBar;
        return new VariancePreserving(alphaBar);
    }

    /// <summary>What the network predicts.</summary>
    public static Parameterisation ReadPrediction(this SchedulerConfig config)
        => config.Choice("prediction_type", "epsilon", Predictions);

    /// <summary>What the output means for a process with a table.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="process">The process.</param>
    /// <param name="clips">As for <see cref="ReadLimit"/>.</param>
    /// <param name="thresholds">As for <see cref="ReadLimit"/>.</param>
    public static OutputMeaning ReadMeaning(
        this SchedulerConfig config, IProcess process, bool? clips = null, bool thresholds = false) => new()
        {
            Process = process,
            Parameterisation = config.ReadPrediction(),
            Limit = config.ReadLimit(clips, thresholds),
        };

    /// <summary>The curve of kappa that the configuration asks for; null for the training table's own.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="evenLambda">Whether the configuration asks for even steps of lambda by another key.</param>
    public static KappaLevels? ReadCurve(this SchedulerConfig config, bool evenLambda = false)
    {
        bool karras = config.Flag("use_karras_sigmas", fallback: false);
        bool beta = config.Flag("use_beta_sigmas", fallback: false);
        bool even = config.Flag("use_exponential_sigmas", fallback: false) || evenLambda;
        return karras ? new KarrasLevels() : beta ? new BetaLevels() : even ? new ExponentialLevels() : null;
    }

    /// <summary>The list that the caller gave in place of a count; null for none.</summary>
    public static IPlanner? Given(SchedulerCall call, GridEnds ends) => call switch
    {
        { Sigmas: { } sigmas } => new GivenSigmas { Sigmas = sigmas, Ends = ends },
        { Timesteps: { } times } => new GivenSteps { Steps = times, Ends = ends },
        _ => null,
    };

    /// <summary>Thresholding, else clipping, else nothing.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="clips">Whether the class clips where nothing is stated; null for one that never does.</param>
    /// <param name="thresholds">Whether the class knows thresholding.</param>
    public static IDataLimit? ReadLimit(this SchedulerConfig config, bool? clips, bool thresholds)
    {
        bool clip = clips is { } fallback && config.Flag("clip_sample", fallback);
        double range = clips is null ? 1 : config.Number("clip_sample_range", 1e-3, 1e6, 1);
        if (thresholds)
        {
            double ratio = config.Number("dynamic_thresholding_ratio", 0, 1, 0.995);
            double largest = config.Number("sample_max_value", 1e-3, 1e6, 1);
            if (config.Flag("thresholding", fallback: false)) return new DynamicThresholding(ratio, largest);
        }

        return clip ? new Clipping(range) : null;
    }

    /// <summary>The spacing of training steps.</summary>
    public static SpacedSteps ReadSpacing(this SchedulerConfig config, string fallback, GridStyle style, GridEnds ends)
    {
        Spacing spacing = config.Choice("timestep_spacing", fallback, Spacings);
        return new SpacedSteps(spacing)
        {
            Offset = config.Integer("steps_offset", 0, MostOffset, 0),
            Style = style,
            // leading leaves out the noisiest steps, and the start keeps the variance of a full one
            Ends = ends with { UnitStart = spacing == Spacing.Leading },
        };
    }

    /// <summary>The level of final_sigmas_type.</summary>
    public static FinalLevel ReadFinalLevel(this SchedulerConfig config)
        => config.Choice("final_sigmas_type", "zero", FinalLevels);
}
