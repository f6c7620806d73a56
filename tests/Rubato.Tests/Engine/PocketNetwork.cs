using System.Collections.Concurrent;
using Rubato.Engine;
using Rubato.Guidance;
using Rubato.Networks;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Tests.Engine;

/// <summary>A network of four numbers a sample: no learning, but every input matters.</summary>
internal sealed class PocketNetwork : INetwork
{
    private static readonly VariancePreserving Process = VariancePreserving.FromBetas(BetaSchedules.ScaledLinear(1000));

    public Shape SampleShape => [1, 2, 2];

    /// <summary>The samples of every call.</summary>
    public ConcurrentBag<int> Calls { get; } = [];

    public Tensor Evaluate(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions)
    {
        Calls.Add(x.Shape[0]);
        Tensor output = x.Clone();
        for (int n = 0; n < x.Shape[0]; n++)
        {
            float label = conditions[n] switch
            {
                null => 0,
                ClassLabel { Index: >= 0 } known => known.Index,
                _ => throw new ArgumentException("there is no such class"),
            };
            foreach (ref float value in output.Rows(n, 1).AsSpan())
                value = MathF.Sin(3 * value + times[n] / 100) + 0.1f * label;
        }

        return output;
    }

    /// <summary>A request whose result depends on its seed and steps alone.</summary>
    public SampleRequest Request(ulong seed, int steps, ISolver? solver = null)
    {
        solver ??= new Ddim(eta: 0.5);
        TimeGrid grid = new SpacedSteps(Spacing.Trailing).Plan(Process, steps, solver.Coordinates);
        return Request(this, Process, solver, grid, seed);
    }

    /// <summary>A request for any network of one process.</summary>
    public static SampleRequest Request(INetwork network, IProcess process, ISolver solver, TimeGrid grid, ulong seed)
    {
        Tensor start = Tensor.Empty([1, .. network.SampleShape]);
        new NoiseStream(seed, NoisePurpose.Start).Normal(start.AsSpan());
        return new SampleRequest
        {
            Network = network,
            Meaning = new OutputMeaning { Process = process },
            Solver = solver,
            Grid = grid,
            Start = start * grid.StartScale,
            Noise = new NoiseStream(seed, NoisePurpose.Step),
        };
    }
}
