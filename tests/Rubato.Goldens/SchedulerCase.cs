using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Goldens;

/// <summary>
/// The scheduler of a case: its class and configuration, what it was called with, and the lists that it made.
/// </summary>
internal sealed class SchedulerCase
{
    private static readonly Tolerance OfTimesteps = new(0, 1e-5), OfSigmas = new(1e-6, 1e-5);

    private readonly GoldenCase _golden;

    public SchedulerCase(GoldenCase golden)
    {
        _golden = golden;
        // Python's infinities are texts of their own in a case, and others in a configuration file.
        string json = golden.Json.GetProperty("config").GetRawText()
            .Replace("\"-inf\"", "\"-Infinity\"", StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(json);
        Config = ModelConfig.Of(document.RootElement.Clone(), $"{golden.Name}: config");
        Scheduler = DiffusersScheduler.Read(Config, golden.Text("class"));
        if (Scheduler.UnknownKeys is [string key, ..]) throw new InvalidDataException($"nobody reads {key}");
    }

    public ModelConfig Config { get; }

    public DiffusersScheduler Scheduler { get; }

    /// <summary>The arguments of set_timesteps and step.</summary>
    public SchedulerCall Call(int steps)
    {
        var call = new SchedulerCall(steps);
        foreach (JsonProperty argument in Arguments("set_timesteps").Concat(Arguments("step_args")))
        {
            Churn churn = call.Churn ?? new Churn();
            call = argument.Name switch
            {
                "timesteps" => call with { Timesteps = Numbers(argument.Value) },
                "sigmas" => call with { Sigmas = Numbers(argument.Value) },
                "mu" => call with { Mu = argument.Value.GetDouble() },
                "order" => call with { Order = argument.Value.GetInt32() },
                "strength" => call with { Strength = argument.Value.GetDouble() },
                "original_inference_steps" => call with { OriginalSteps = argument.Value.GetInt32() },
                "eta" => call with { Eta = argument.Value.GetDouble() },
                "use_clipped_model_output" => call with { UseClippedOutput = argument.Value.GetBoolean() },
                "s_churn" => call with { Churn = churn with { Amount = argument.Value.GetDouble() } },
                "s_tmin" => call with { Churn = churn with { From = argument.Value.GetDouble() } },
                "s_tmax" => call with { Churn = churn with { To = argument.Value.GetDouble() } },
                "s_noise" => call with { Churn = churn with { Scale = argument.Value.GetDouble() } },
                "jump_length" or "jump_n_sample" => call with { Inpainting = Inpainting() },
                "intermediate_timesteps" => call,   // the class's own
                _ => throw new NotBuiltException($"family solvers: argument {argument.Name}"),
            };
        }

        return call;
    }

    private Inpainting Inpainting()
    {
        JsonElement arguments = _golden.Json.GetProperty("set_timesteps");
        return new Inpainting(
            _golden["original_image"].ToTensor(), _golden["mask"].ToTensor(),
            arguments.GetProperty("jump_length").GetInt32(), arguments.GetProperty("jump_n_sample").GetInt32());
    }

    /// <summary>Compares the lists of a grid with those of set_timesteps.</summary>
    /// <param name="plan">Solver and whole grid.</param>
    /// <param name="suffix">What follows the names in the file.</param>
    /// <param name="comparison">Where to say.</param>
    public void CheckLists(SchedulerPlan plan, string suffix, Comparison comparison)
    {
        // The timesteps are what a solver asks the network at, one after the other.
        Level[] asked = Asked(plan);
        Level last = plan.Grid.Steps[^1].To;
        double[] stops = [.. plan.Grid.Steps.Select(step => Sigma(step.From)), Sigma(last)];
        double[] times = [.. asked.Select(level => level.Time)], sigmas = plan.Solver switch
        {
            // levels within steps are not in the lists: the stops stand twice
            Dpm2 => [stops[0], .. stops[1..].SelectMany(stop => new[] { stop, stop }), stops[^1]],
            DpmppSde => [stops[0], .. stops[1..^1].SelectMany(stop => new[] { stop, stop }), stops[^1]],
            _ => [.. asked.Select(Sigma), Sigma(last)],
        };
        if (_golden.Text("class") is "SCMScheduler" or "LTXEulerAncestralRFScheduler") times = [.. times, last.Time];
        if (_golden.Text("class") == "ScoreSdeVeScheduler") times = [.. plan.Grid.Steps.Select(step => step.From.Time)];
        // ends in the list's own last entry, which no step goes to
        if (Config.ReadText("interpolation_type", "") == "log_linear") sigmas = [.. sigmas, Config.ReadText("final_sigmas_type") == "zero" ? 0 : stops[^1]];
        comparison.Check<double>($"timesteps{suffix}", times, _golden[$"timesteps{suffix}"], OfTimesteps);
        if (_golden.Has($"sigmas{suffix}"))
            comparison.Check<double>($"sigmas{suffix}", sigmas, _golden[$"sigmas{suffix}"], OfSigmas);
    }

    private double Sigma(Level level) => Scheduler.Meaning switch
    {
        { Process: not Flow } => level.Kappa,
        { Parameterisation.Name: nameof(Parameterisation.FlowToData) } => level.Alpha,   // inverted lists run from 0 to 1
        _ => level.Sigma,
    };

    /// <summary>Where the solver asks the network, whatever that says.</summary>
    private static Level[] Asked(SchedulerPlan plan)
    {
        var silent = new Silent();
        Tensor state = Tensor.Zeros([1, 1, 1, 1]);
        _ = plan.Solver.SampleAsync(state, plan.Grid, silent, new SamplingContext(silent, new Trace())).GetAwaiter().GetResult();
        return [.. silent.Asked];
    }

    private sealed class Silent : IDenoiser, INoiseSource
    {
        public List<Level> Asked { get; } = [];

        public Task<Sampling.Prediction> PredictAsync(Tensor x, EvaluationPoint point)
        {
            Asked.Add(point.Level);
            return Task.FromResult(new Sampling.Prediction(x, x * 0, point.Level, Parameterisation.Noise, 1, limit: null));
        }

        public void Normal(Span<float> destination) => destination.Clear();
    }

    private IEnumerable<JsonProperty> Arguments(string group)
        => _golden.Json.TryGetProperty(group, out JsonElement arguments)
            ? arguments.EnumerateObject().Where(argument => argument.Value.ValueKind != JsonValueKind.Null) : [];

    private static double[] Numbers(JsonElement list)
        => [.. list.EnumerateArray().Select(number => number.GetDouble())];
}
