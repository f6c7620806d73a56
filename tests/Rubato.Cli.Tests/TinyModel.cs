using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Guidance;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Rubato.Text;

namespace Rubato.Cli.Tests;

/// <summary>A model without weights that draws waves, so that a command can be run whole in milliseconds.</summary>
internal static class TinyModel
{
    public const string Name = "tiny";

    private static readonly VariancePreserving Process = VariancePreserving.FromBetas(BetaSchedules.Linear(1000));

    public static Diffuser Parts { get; } = new()
    {
        Name = Name,
        WeightsHash = new string('a', 64),
        Network = new Waves(channels: 1, side: 12),
        Meaning = new OutputMeaning { Process = Process },
        DefaultSolver = "ddim",
        Plan = Plan,
    };

    /// <summary>The same, with classes and guidance.</summary>
    public static Diffuser WithClasses { get; } = Parts with { Classes = ["calm", "storm"], DefaultGuidance = 2 };

    /// <summary>The same, which reads prompts: one that names a class asks for it.</summary>
    public static Diffuser Reading { get; } = WithClasses with
    {
        ReadPrompt = prompt => new PromptReading(
            prompt.Contains("storm", StringComparison.Ordinal) ? 1 : prompt.Contains("calm", StringComparison.Ordinal) ? 0 : null, 0.9),
    };

    /// <summary>The same, of pictures like those of CIFAR-10 with two of its classes.</summary>
    public static Diffuser LikeCifar { get; } = Parts with
    {
        Network = new Waves(channels: 3, side: 32),
        Classes = ["horse", "frog"],
        DefaultGuidance = 2,
    };

    /// <summary>The same, with classes, guidance and all solvers and schedules.</summary>
    public static Diffuser WithSolvers { get; } = WithClasses with { Plan = PlanOfAny };

    /// <summary>The same, of pictures like those of CIFAR-10.</summary>
    public static Diffuser LikeCifarWithSolvers { get; } = LikeCifar with { Plan = PlanOfAny };

    /// <summary>A model whose samples of the second class run away.</summary>
    public static Diffuser RunningAway(Diffuser model) => model with { Network = new Runaway(model.Network) };

    /// <summary>A model that runs out of evaluations: a Ctrl-C after some of another model's.</summary>
    public static Diffuser Interrupting(Diffuser model, CancellationTokenSource cancel, int after)
        => model with { Network = new Interruption(model.Network, cancel, after) };

    /// <summary>The same, but for a Ctrl-C at its 20th evaluation.</summary>
    public static Diffuser Interrupting(CancellationTokenSource cancel)
        => Interrupting(Parts, cancel, after: 20);

    private static SchedulerPlan PlanOfAny(SamplerChoice choice)
    {
        DiffusersScheduler scheduler = SolverNames.Find(choice.Solver, out _).Bind(ModelConfig.Of(JsonElement.Parse("{}"), "tiny"));
        SchedulerPlan plan = scheduler.Plan(new SchedulerCall(choice.Steps));
        return choice.Schedule is null ? plan
            : plan with { Grid = ScheduleNames.Find(choice.Schedule).Plan(Process, choice.Steps, plan.Grid.Coordinates) };
    }

    private static SchedulerPlan Plan(SamplerChoice choice)
    {
        if (choice.Solver != "ddim") throw new ArgumentException($"{choice.Solver} is no solver; there is ddim.", nameof(choice));
        int[] times = [.. Enumerable.Range(1, choice.Steps).Reverse().Select(i => i * 999 / choice.Steps), -1];
        return new SchedulerPlan(new Ddim(), TimeGrid.Through(Process, [.. times.Select(step => Process.AtStep(step))], Coordinates.Network));
    }

    /// <summary>Says that the noise is what the state has beyond a pattern of waves, stronger for a class.</summary>
    private sealed class Waves(int channels, int side) : INetwork
    {
        public Shape SampleShape => [channels, side, side];

        public Tensor Evaluate(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions)
        {
            Tensor noise = x.Clone();
            for (int n = 0; n < times.Length; n++)
            {
                Level level = Process.AtStep((int)times[n]);
                Span<float> values = noise.AsSpan().Slice(n * SampleShape.Elements, SampleShape.Elements);
                double strength = conditions[n] is ClassLabel { Index: 1 } ? 0.9 : 0.5;
                double mean = values[0] + values[^1];
                for (int i = 0; i < values.Length; i++)
                {
                    double clean = strength * Math.Sin(0.3 * i + mean) * Math.Cos(0.17 * i);
                    values[i] = (float)((values[i] - level.Alpha * clean) / level.Sigma);
                }
            }

            return noise;
        }
    }

    /// <summary>Answers the second class with what is no number.</summary>
    private sealed class Runaway(INetwork network) : INetwork
    {
        public Shape SampleShape => network.SampleShape;

        public Tensor Evaluate(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions)
        {
            Tensor output = network.Evaluate(x, times, conditions);
            for (int n = 0; n < conditions.Count; n++)
                if (conditions[n] is ClassLabel { Index: 1 }) output.Rows(n, 1).AsSpan().Fill(float.NaN);
            return output;
        }
    }

    private sealed class Interruption(INetwork network, CancellationTokenSource cancel, int after) : INetwork
    {
        private int _evaluations;

        public Shape SampleShape => network.SampleShape;

        public Tensor Evaluate(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions)
        {
            if (Interlocked.Increment(ref _evaluations) == after) cancel.Cancel();
            return network.Evaluate(x, times, conditions);
        }
    }
}
