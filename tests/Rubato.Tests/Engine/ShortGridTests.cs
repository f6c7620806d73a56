using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Engine;
using Rubato.Pipelines;

namespace Rubato.Tests.Engine;

/// <summary>Few steps on any schedule, whose ends lie where nobody tuned them: there solvers divide by what may be nothing.</summary>
public sealed class ShortGridTests
{
    public static TheoryData<string> Names => [.. SolverNames.All.Select(solver => solver.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_solver_ends_in_finite_numbers_on_every_schedule(string name)
    {
        foreach (string config in (string[])["{}", """{"beta_schedule": "linear", "beta_start": 0.0001, "beta_end": 0.02}"""])
        {
            using var json = JsonDocument.Parse(config);
            await EndsInFiniteNumbers(name, SolverNames.Find(name, out _).Bind(ModelConfig.Of(json.RootElement, "none")));
        }
    }

    private static async Task EndsInFiniteNumbers(string name, DiffusersScheduler own)
    {
        using var sampler = new Sampler();
        foreach ((string schedule, DiffusersScheduler scheduler) in ScheduleNames.ByName.Select(named => (named.Key, own.On(named.Value))).Prepend(("", own)))
        {
            for (int steps = 1; steps <= 8; steps++)
            {
                SchedulerPlan plan = scheduler.Plan(new SchedulerCall(steps));
                Sample sample = await sampler.SampleAsync(
                    PocketNetwork.Request(new PocketNetwork(), own.Meaning.Process, plan.Solver, plan.Grid, seed: 1) with { Meaning = own.Meaning });
                Assert.True(Array.TrueForAll(sample.State.ToArray(), float.IsFinite), $"{name} on {schedule} in {steps} steps");
            }
        }
    }
}
