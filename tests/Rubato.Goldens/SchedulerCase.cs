using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;

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
                "eta" => call with { Eta = argument.Value.GetDouble() },
                "use_clipped_model_output" => call with { UseClippedOutput = argument.Value.GetBoolean() },
                "s_churn" => call with { Churn = churn with { Amount = argument.Value.GetDouble() } },
                "s_tmin" => call with { Churn = churn with { From = argument.Value.GetDouble() } },
                "s_tmax" => call with { Churn = churn with { To = argument.Value.GetDouble() } },
                "s_noise" => call with { Churn = churn with { Scale = argument.Value.GetDouble() } },
                _ => throw new NotBuiltException($"family solvers: argument {argument.Name}"),
            };
        }

        return call;
    }

    /// <summary>Compares the lists of a grid with those of set_timesteps.</summary>
    /// <param name="plan">Solver and whole grid.</param>
    /// <param name="suffix">What follows the names in the file.</param>
    /// <param name="comparison">Where to say.</param>
    public void CheckLists(SchedulerPlan plan, string suffix, Comparison comparison)
    {
        // A solver of two stages lists the end of every step as well, but for the last.
        bool stages = plan.Solver is Heun, flow = Scheduler.Meaning.Process is Flow;
        var times = new List<double>();
        var sigmas = new List<double>();
        foreach (Step step in plan.Grid.Steps)
        {
            Add(step.From);
            if (stages && step.Index < plan.Grid.Steps.Count - 1) Add(step.To);
        }

        Level end = plan.Grid.Steps[^1].To;
        sigmas.Add(Sigma(end));
        comparison.Check<double>($"timesteps{suffix}", [.. times], _golden[$"timesteps{suffix}"], OfTimesteps);
        if (_golden.Has($"sigmas{suffix}"))
            comparison.Check<double>($"sigmas{suffix}", [.. sigmas], _golden[$"sigmas{suffix}"], OfSigmas);

        void Add(Level level)
        {
            times.Add(level.Time);
            sigmas.Add(Sigma(level));
        }

        double Sigma(Level level) => flow ? level.Sigma : level.Kappa;
    }

    private IEnumerable<JsonProperty> Arguments(string group)
        => _golden.Json.TryGetProperty(group, out JsonElement arguments)
            ? arguments.EnumerateObject().Where(argument => argument.Value.ValueKind != JsonValueKind.Null) : [];

    private static double[] Numbers(JsonElement list)
        => [.. list.EnumerateArray().Select(number => number.GetDouble())];
}
