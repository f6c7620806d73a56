using Rubato.Pipelines;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Benchmarks;

/// <summary>
/// Counts the calls of the network that a solver makes, by running it on an answer of nothing: whatever it does at its
/// ends counts.
/// </summary>
internal sealed class CallCount(Diffuser parts)
{
    /// <summary>The part of a full start level below which a grid does not begin with noise: a lone step may stand anywhere.</summary>
    private const double NearStart = 0.9;

    /// <summary>How many steps more than calls a step allow are tried.</summary>
    private const int ShortSteps = 2;

    private readonly Dictionary<(string, int, string?), int?> _counts = [];
    private readonly Dictionary<(string, int, string?), int?> _steps = [];

    /// <summary>The most steps whose calls a budget pays; null where none fit.</summary>
    /// <param name="solver">The solver.</param>
    /// <param name="budget">Calls of the network for one sample, one branch.</param>
    /// <param name="schedule">Of the grid; null for the solver's own.</param>
    public int? StepsFor(NamedSolver solver, int budget, string? schedule)
    {
        if (!_steps.TryGetValue((solver.Name, budget, schedule), out int? found))
        {
            // The last steps may take fewer calls than the others.
            int most = Math.Min(budget, budget / solver.Evaluations + ShortSteps);
            found = Enumerable.Range(1, most).Reverse().Select(steps => (int?)steps)
                .FirstOrDefault(steps => Of(solver.Name, steps!.Value, schedule) is { } calls && calls <= budget);
            _steps[(solver.Name, budget, schedule)] = found;
        }

        return found;
    }

    /// <summary>Calls of a run; null where there is no grid of so many steps that begins with noise.</summary>
    public int? Of(string solver, int steps, string? schedule)
    {
        if (!_counts.TryGetValue((solver, steps, schedule), out int? calls))
            _counts[(solver, steps, schedule)] = calls = Count(solver, steps, schedule);
        return calls;
    }

    private int? Count(string solver, int steps, string? schedule)
    {
        SchedulerPlan plan;
        try
        {
            plan = parts.Plan(new SamplerChoice(solver, steps, schedule));
        }
        catch (ArgumentException)   // the grid cannot have so many steps
        {
            return null;
        }

        double full = parts.Plan(new SamplerChoice(solver, 2, schedule)).Grid.Steps[0].From.Kappa;
        if (plan.Grid.Steps[0].From.Kappa < NearStart * full) return null;
        var silent = new Silence(parts);
        using Scope scope = Scope.Begin();
        // A silent denoiser never waits, so that the run has ended when it comes back.
        plan.Solver.SampleAsync(Tensor.Zeros([1, 1, 2, 2]), plan.Grid, silent,
            new SamplingContext(new NoiseStream(0, NoisePurpose.Step), new Trace())).GetAwaiter().GetResult();
        return silent.Calls;
    }

    private sealed class Silence(Diffuser parts) : IDenoiser
    {
        public int Calls { get; private set; }

        public Task<Prediction> PredictAsync(Tensor x, EvaluationPoint point)
        {
            Calls++;
            return Task.FromResult(parts.Meaning.Predict(x, Tensor.Zeros(x.Shape), point.Level));
        }
    }
}
