using Rubato.Engine;
using Rubato.Goldens;
using Rubato.Guidance;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Rubato.Tests.Networks;

namespace Rubato.Tests.Pipelines;

/// <summary>Whole trajectories of the bundled network, against those of a program that follows its author's code.</summary>
public sealed class ForeignTrajectoryTests
{
    private const double FinalTolerance = 1e-3;   // tests/Goldens/foreign/README.md: a trajectory amplifies rounding

    private readonly Diffuser _model = DiffuserFolder.Load(NetworkFiles.InRepository("models", "mnist"));

    private readonly Dictionary<string, Tensor> _golden = NetworkFiles.Tensors(
        NetworkFiles.InRepository("tests", "Goldens", "foreign", "golden_cnn_linear_a.safetensors"));

    [Fact]
    public async Task Fifty_steps_of_DDIM_end_where_they_should()
    {
        SchedulerPlan plan = _model.Plan(new SamplerChoice("ddim", 50));
        Tensor start = _golden["ddim_start"], states = _golden["ddim_states_first2_after_evaluation_1_10_25_40"];
        StateRecorder[] solvers = [.. Enumerable.Range(0, start.Shape[0]).Select(_ => new StateRecorder(plan.Solver))];

        using var sampler = new Sampler();
        Sample[] samples = await Task.WhenAll(solvers.Select((solver, n) => sampler.SampleAsync(
            Request(solver, plan.Grid, start.Rows(n, 1), _model.Meaning, new NoiseStream(0, NoisePurpose.Step)))));

        for (int n = 0; n < samples.Length; n++)
            Assert.InRange(NetworkFiles.Distance(samples[n].State, _golden["ddim_final"].Rows(n, 1)), 0, FinalTolerance);
        int[] after = [1, 10, 25, 40];
        for (int i = 0; i < after.Length; i++)
        {
            Tensor firstTwo = states.Rows(i, 1).Reshape(2, 1, 28, 28);
            for (int n = 0; n < 2; n++)
                Assert.InRange(NetworkFiles.Distance(solvers[n].States[after[i]], firstTwo.Rows(n, 1)), 0, FinalTolerance);
        }
    }

    [Fact]
    public async Task A_thousand_ancestral_steps_end_where_they_should()
    {
        // The author's program steps down to entry 0 of its table, not to the clean level.
        var process = new VariancePreserving(NetworkFiles.Tensors(
            NetworkFiles.InRepository("models", "mnist", "unet", "diffusion_pytorch_model.safetensors"))["alpha_t"].AsSpan())
        {
            TimeUnit = (0.001, 0),
        };
        TimeGrid grid = TimeGrid.Through(
            process, [.. Enumerable.Range(0, process.Steps).Reverse().Select(i => process.AtStep(i))], Coordinates.Network);
        var solver = new StateRecorder(new Ddpm(PosteriorVariance.Large));
        using var sampler = new Sampler();

        Sample sample = await sampler.SampleAsync(Request(
            solver, grid, _golden["ddpm_start"], _model.Meaning with { Process = process }, new Recorded(_golden["ddpm_noise_f16"])));

        Assert.Equal(1000, sample.Trace.Evaluations);
        Assert.InRange(NetworkFiles.Distance(sample.State, _golden["ddpm_final"]), 0, FinalTolerance);
        Tensor states = _golden["ddpm_states_after_i_951_901_to_1"];
        for (int k = 0; k < states.Shape[0] - 1; k++)   // the last one is the final state
            Assert.InRange(NetworkFiles.Distance(solver.States[50 * (k + 1)], states.Rows(k, 1)), 0, FinalTolerance);
    }

    private SampleRequest Request(ISolver solver, TimeGrid grid, Tensor start, OutputMeaning meaning, INoiseSource noise) => new()
    {
        Network = _model.Network,
        Meaning = meaning,
        Solver = solver,
        Grid = grid,
        Start = start,
        Noise = noise,
    };

    /// <summary>Row i of the recorded noise belongs to step i, which counts down from 1000; the last step adds none.</summary>
    private sealed class Recorded(Tensor rows) : INoiseSource
    {
        private int _step = rows.Shape[0] - 1;

        public void Normal(Span<float> destination)
        {
            if (_step > 1) rows.Rows(_step--, 1).AsSpan().CopyTo(destination);
            else destination.Clear();
        }
    }
}
