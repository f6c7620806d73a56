using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Engine;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Tensors;

namespace Rubato.Tests.Engine;

/// <summary>Few steps on any schedule, whose ends lie where nobody tuned them: there solvers divide by what may be nothing.</summary>
public sealed class ShortGridTests
{
    private const int MostSteps = 8;

    public static TheoryData<string> Names => [.. SolverNames.All.Select(solver => solver.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_solver_ends_in_finite_numbers_on_every_schedule(string name)
    {
        foreach (string text in (string[])["{}", """{"beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02}"""])
        {
            DiffusersScheduler own = SolverNames.Find(name, out _).Bind(Config(text));
            await EndsInFiniteNumbers(name, own);
            foreach ((string schedule, IPlanner planner) in ScheduleNames.ByName)
                await EndsInFiniteNumbers($"{name} on {schedule}", own.On(planner));
        }
    }

    /// <summary>Schedulers as diffusers makes them without a configuration, on their own grids.</summary>
    [Fact]
    public async Task A_class_of_diffusers_ends_in_finite_numbers()
    {
        foreach (string name in DiffusersScheduler.Classes)
            await EndsInFiniteNumbers(name, DiffusersScheduler.Read(Config("{}"), name));
    }

    private static async Task EndsInFiniteNumbers(string name, DiffusersScheduler scheduler)
    {
        using var sampler = new Sampler();
        for (int steps = 1; steps <= MostSteps; steps++)
        {
            SchedulerPlan plan = scheduler.Plan(new SchedulerCall(steps)
            {
                Mu = 0.5,
                Inpainting = new Inpainting(Tensor.Zeros([1, 1, 2, 2]), Tensor.Full([1, 1, 2, 2], 1)),
            });
            SampleRequest request = PocketNetwork.Request(new PocketNetwork(), scheduler.Meaning.Process, plan.Solver, plan.Grid, seed: 1);
            Sample sample = await sampler.SampleAsync(request with { Meaning = scheduler.Meaning });
            Assert.True(Array.TrueForAll(sample.State.ToArray(), float.IsFinite), $"{name} in {steps} steps");
        }
    }

    private static ModelConfig Config(string text) => ModelConfig.Of(JsonElement.Parse(text), "none");
}
