using System.Text.Json;
using Rubato.Benchmarks;
using Rubato.Checkpoints;
using Rubato.Guidance;
using Rubato.Pipelines;
using Rubato.Processes;

namespace Rubato.Tests.Benchmarks;

public sealed class CallCountTests
{
    private readonly CallCount _calls = new(new Diffuser
    {
        Name = "silent",
        WeightsHash = new string('a', 64),
        Network = null!,   // is never asked
        Meaning = new OutputMeaning { Process = VariancePreserving.FromBetas(BetaSchedules.Linear(1000)) },
        DefaultSolver = "ddim",
        Plan = Plan,
    });

    [Theory]
    [InlineData("ddim", 4, 4, 4)]
    [InlineData("dpmpp_2m", 20, 20, 20)]
    [InlineData("heun", 4, 2, 3)]      // the last step to the clean level costs one call
    [InlineData("heun", 20, 10, 19)]
    [InlineData("dpmpp_3s", 10, 4, 10)]
    [InlineData("rho_rk4", 4, null, null)]   // a lone step of linspace stands at the cleanest level
    public void The_most_steps_that_a_budget_pays(string solver, int budget, int? steps, int? calls)
    {
        int? found = _calls.StepsFor(SolverNames.Find(solver, out _), budget, "linspace");
        Assert.Equal(steps, found);
        if (found is { } count) Assert.Equal(calls, _calls.Of(solver, count, "linspace"));
    }

    [Fact]
    public void No_solver_exceeds_a_budget_and_one_step_more_would()
    {
        foreach (NamedSolver solver in new SolverStudyPlan().Solvers)
        {
            foreach (int budget in (int[])[4, 10, 30])
            {
                if (_calls.StepsFor(solver, budget, "karras") is not { } steps) continue;
                Assert.True(_calls.Of(solver.Name, steps, "karras") <= budget, solver.Name);
                Assert.True(_calls.Of(solver.Name, steps + 1, "karras") > budget, solver.Name);
            }
        }
    }

    private static SchedulerPlan Plan(SamplerChoice choice)
    {
        return SolverNames.Find(choice.Solver, out _).Bind(ModelConfig.Of(JsonElement.Parse("{}"), "silent"))
            .On(ScheduleNames.Find(choice.Schedule!)).Plan(new SchedulerCall(choice.Steps));
    }
}
