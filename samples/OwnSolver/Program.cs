using OwnSolver;
using Rubato;
using Rubato.Engine;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

if (args is not [var path])
{
    Console.Error.WriteLine("usage: OwnSolver MODEL_FOLDER");
    return 2;
}

using RubatoModel model = RubatoModel.Load(path, Precision.Float32);
Diffuser parts = model.Parts;
using var sampler = new Sampler();
Task<Sample> reference = SampleAsync(new Euler(), 200), euler = SampleAsync(new Euler(), 31), ralston = SampleAsync(new Ralston(), 16);
await Task.WhenAll(reference, euler, ralston);   // three trajectories of different lengths, in one batch as far as they go
Report("Euler", await euler);
Report("Ralston", await ralston);
return 0;

Task<Sample> SampleAsync(ISolver solver, int steps)
{
    TimeGrid grid = new SpacedSteps(Spacing.Linspace).Plan(parts.Meaning.Process, steps, solver.Coordinates);
    Tensor start = Tensor.Empty([1, .. parts.Network.SampleShape]);
    new NoiseStream(seed: 1, NoisePurpose.Start).Normal(start.AsSpan());
    return sampler.SampleAsync(new SampleRequest
    {
        Network = parts.Network,
        Meaning = parts.Meaning,
        Solver = solver,
        Grid = grid,
        Start = start * grid.StartScale,
        Noise = new NoiseStream(seed: 1, NoisePurpose.Step),
        Condition = new ClassLabel(0),
    });
}

void Report(string name, Sample sample)
    => Console.WriteLine(FormattableString.Invariant(
        $"{name}: {sample.Trace.Evaluations} evaluations, off by {(sample.State - reference.Result.State).Norm() / reference.Result.State.Norm():P1}"));
