using System.Globalization;
using Rubato.Benchmarks;
using Rubato.Engine;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Training.Horizons;

/// <summary>
/// Measures how far trajectories of few steps end from one of many. The solver is DDIM, which from the same noise has one exact
/// end; guidance is 1, so that a step is an evaluation; each condition is run from two noises. All trajectories of a condition
/// run side by side.
/// </summary>
/// <param name="parts">The model.</param>
/// <param name="table">Its schedules for deterministic solvers.</param>
/// <param name="cache">Keeps what was measured.</param>
internal sealed class HorizonLadder(Diffuser parts, HybridTable table, RunCache<SolverRun> cache)
{
    /// <summary>Noises of each condition.</summary>
    public const int Noises = 2;

    /// <summary>The number of steps that errors are taken to.</summary>
    public const int Reference = 160;

    private const int Together = 16;
    private const long FirstSeed = 60000;

    /// <summary>The numbers of steps whose errors are measured: each about sqrt(2) times the one before.</summary>
    public static readonly IReadOnlyList<int> Steps = [5, 7, 10, 14, 20, 28, 40, 57, 80, 113];

    /// <summary>Forwards of the network for one condition.</summary>
    public static int Evaluations => Noises * (Steps.Sum() + Reference);

    /// <summary>Measures conditions.</summary>
    /// <param name="conditions">What to measure.</param>
    /// <param name="progress">Told how many conditions are done.</param>
    /// <param name="cancel">Ends at the next evaluation; what was measured is kept.</param>
    /// <returns>For each condition and noise ln of the root mean square errors, by <see cref="Steps"/>, as if the longest run had none.</returns>
    public async Task<double[][][]> MeasureAsync(IReadOnlyList<HorizonCondition> conditions, Action<int>? progress, CancellationToken cancel)
    {
        using var sampler = new Sampler();
        double[][][] errors = new double[conditions.Count][][];
        int done = 0;
        foreach (int[] part in Enumerable.Range(0, conditions.Count).Chunk(Together))
        {
            double[][][] measured = await Task.WhenAll(part.Select(i => Task.WhenAll(Enumerable.Range(0, Noises)
                .Select(noise => MeasureAsync(sampler, conditions[i], noise, cancel))))).ConfigureAwait(false);
            foreach (int i in part) errors[i] = measured[i - part[0]];
            progress?.Invoke(done += part.Length);
        }

        return errors;
    }

    private async Task<double[]> MeasureAsync(Sampler sampler, HorizonCondition condition, int noise, CancellationToken cancel)
    {
        long seed = FirstSeed + condition.Number * Noises + noise;
        string key = string.Create(CultureInfo.InvariantCulture, $"ladder {condition.Number} seed {seed}");
        if (cache.Find(key) is not { } run)
        {
            Tensor[] ends = await Task.WhenAll(Steps.Append(Reference).Select(steps => RunAsync(sampler, condition, seed, steps, cancel))).ConfigureAwait(false);
            run = new SolverRun(Steps.Sum() + Reference, 0,
                [.. ends.SkipLast(1).Select(end => ErrorToReference.Between(ends[^1].AsSpan(), end.AsSpan(), parts.Range))]);
            cache.Add(key, run);
        }

        return [.. run.Values.Zip(Steps, (value, steps) => Math.Log(value / Seen(steps, Reference)))];
    }

    /// <summary>
    /// The part of an error that the distance to the longest run shows: that run has an error too, and of a method of first order
    /// both lie along one line, as long as 1 / N.
    /// </summary>
    public static double Seen(int steps, int reference) => 1 - (double)steps / reference;

    private async Task<Tensor> RunAsync(Sampler sampler, HorizonCondition condition, long seed, int steps, CancellationToken cancel)
    {
        TimeGrid grid = new HybridLevels(table).Plan(parts.Meaning.Process, steps, Coordinates.Network);
        Tensor noise = Tensor.Empty([1, .. parts.Network.SampleShape]);
        new NoiseStream((ulong)seed, NoisePurpose.Start).Normal(noise.AsSpan());
        Sample sample = await sampler.SampleAsync(new SampleRequest
        {
            Network = parts.Network,
            Meaning = parts.Meaning,
            Solver = new Ddim(),
            Grid = grid,
            Start = grid.StartScale == 1 ? noise : noise.Scale(grid.StartScale),
            Noise = new NoiseStream((ulong)seed, NoisePurpose.Step),
            Condition = parts.ConditionOf(parts.ConditionOf(condition.Class), condition.Structure),
        }, cancel).ConfigureAwait(false);
        return sample.State;
    }
}
