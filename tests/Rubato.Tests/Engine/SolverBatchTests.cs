using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Engine;
using Rubato.Guidance;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Policies;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Tests.Engine;

/// <summary>Every solver's samples come to the same bits alone and in a ragged batch, with policies and without.</summary>
public sealed class SolverBatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Solver and grid of every name, and of those that have none.</summary>
    private static readonly List<(string Name, Func<int, (SchedulerPlan Plan, OutputMeaning Meaning)> Make)> Solvers =
    [
        .. SolverNames.All.Select(solver => (solver.Name, (Func<int, (SchedulerPlan, OutputMeaning)>)(steps =>
        {
            DiffusersScheduler scheduler = solver.Bind(Empty());
            return (scheduler.Plan(new SchedulerCall(steps)), scheduler.Meaning);
        }))),
        .. new (string Name, Func<ISolver> Make)[]
        {
            ("ddim, eta 1", () => new Ddim(eta: 1)),
            ("euler with churn", () => new Euler(new Churn { Amount = 3 })),
            ("heun with churn", () => new Heun(new Churn { Amount = 3 })),
            ("unified", () => new UnifiedSolver([new StepChoice(SolvedFor.Data), new StepChoice(SolvedFor.Noise, new DerivativeEstimate(1, [-2])) { Corrector = [new(1, [-1])] }])),
            ("v3", () => new DpmSolverV3(new ModelStatistics([-6, 6], [1, 0.2], [0.5, 0], [0, 0.1]), 3) { Corrects = true }),
            ("mean-reverting", () => new MeanReverting(new DpmSolverMultistep(2) { Eta = 1 }, Tensor.Full([1, 1, 2, 2], 0.3f))),
            ("repaint", () => new RePaint(Tensor.Full([1, 1, 2, 2], 0.5f), Tensor.From([1, 0, 0, 1], [1, 1, 2, 2])) { JumpLength = 2, Passages = 2 }),
            ("predictor-corrector", () => new PredictorCorrector()),
        }.Select(own => (own.Name, (Func<int, (SchedulerPlan, OutputMeaning)>)(steps =>
        {
            DiffusersScheduler ddim = DiffusersScheduler.Read(Empty(), "DDIMScheduler");
            ISolver solver = own.Make();
            TimeGrid grid = new SpacedSteps(Spacing.Trailing).Plan(ddim.Meaning.Process, steps, solver.Coordinates);
            return (new SchedulerPlan(solver, grid), ddim.Meaning);
        }))),
    ];

    [Fact]
    public async Task Every_solver_is_the_same_alone_and_in_a_ragged_batch()
    {
        var alone = new Dictionary<string, float[]>();
        foreach ((string name, _) in Solvers)
        {
            using var sampler = new Sampler();
            alone[name] = (await sampler.SampleAsync(Request(name)).WaitAsync(Patience)).State.ToArray();
            Assert.True(Array.TrueForAll(alone[name], float.IsFinite), name);
        }

        for (int size = 1; size <= 8; size++)
        {
            using var sampler = new Sampler(largestBatch: size);
            for (int first = 0; first < Solvers.Count; first++)
            {
                // Each solver stands once at every position, beside others with other numbers of steps.
                string[] names = [.. Enumerable.Range(0, size).Select(i => Solvers[(first + i) % Solvers.Count].Name)];
                Sample[] together = await Task.WhenAll(names.Select(name => sampler.SampleAsync(Request(name)))).WaitAsync(Patience);
                for (int i = 0; i < size; i++) Assert.Equal(alone[names[i]], together[i].State.ToArray());
            }
        }
    }

    /// <summary>
    /// A skipped evaluation is an answer like any other: the old output, read at the new state and level. So a solver with a
    /// policy asks as often as without, and the policy answers some of it.
    /// </summary>
    [Fact]
    public async Task Policies_spare_evaluations_of_every_solver_and_change_nothing_else()
    {
        foreach ((string name, _) in Solvers)
        {
            using var sampler = new Sampler();
            Sample full = await sampler.SampleAsync(Request(name)).WaitAsync(Patience);
            Sample spared = await sampler.SampleAsync(Request(name) with { Policies = [new FixedReuse { Share = 0.5 }] }).WaitAsync(Patience);
            Assert.Equal(full.Trace.Entries.Select(entry => entry.Point.Step), spared.Trace.Entries.Select(entry => entry.Point.Step));
            Assert.Equal(full.Trace.Evaluations, full.Trace.Entries.Count);
            Assert.InRange(spared.Trace.Evaluations, 1, full.Trace.Evaluations - 2);
            // every stage of a step is spared or none
            foreach (IGrouping<int, TraceEntry> step in spared.Trace.Entries.Where(entry => entry.Point.Step > 1).GroupBy(entry => entry.Point.Step))
                Assert.Single(step.Select(entry => entry.Evaluations > 0).Distinct());
            Assert.True(Array.TrueForAll(spared.State.ToArray(), float.IsFinite), name);
        }
    }

    private static SampleRequest Request(string name)
    {
        int index = Solvers.FindIndex(solver => solver.Name == name);
        (SchedulerPlan plan, OutputMeaning meaning) = Solvers[index].Make(5 + index % 6);
        return PocketNetwork.Request(new PocketNetwork(), meaning.Process, plan.Solver, plan.Grid, (ulong)index) with { Meaning = meaning };
    }

    private static ModelConfig Empty() => ModelConfig.Of(JsonElement.Parse("{}"), "none");
}
