using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Rubato.Tests.Sampling;

namespace Rubato.Tests.Pipelines;

public sealed class SolverNamesTests
{
    [Theory]
    [InlineData("DPM++ 2M Karras", "dpmpp_2m", "karras")]
    [InlineData("dpm++ 2m sde exponential", "dpmpp_2m_sde", "exponential")]
    [InlineData("DPM++ SDE SGM Uniform", "dpmpp_sde", "sgm_uniform")]
    [InlineData("k_euler_a", "euler_ancestral", null)]
    [InlineData("Euler a", "euler_ancestral", null)]
    [InlineData("sample_dpmpp_2s_ancestral", "dpmpp_2s_ancestral", null)]
    [InlineData("DPMSolverMultistepScheduler", "dpmpp_2m", null)]
    [InlineData("DPMSolverMultistep", "dpmpp_2m", null)]
    [InlineData("UniPCMultistepScheduler", "uni_pc_bh2", null)]
    [InlineData("UniPC", "uni_pc", null)]
    [InlineData("KDPM2AncestralDiscreteScheduler", "dpm_2_ancestral", null)]
    [InlineData("DPM2 a Karras", "dpm_2_ancestral", "karras")]
    [InlineData("flow_euler", "euler", null)]
    public void Names_of_the_field_find_their_solver(string name, string solver, string? schedule)
    {
        Assert.Equal(solver, SolverNames.Find(name, out string? trailing).Name);
        Assert.Equal(schedule, trailing);
    }

    [Fact]
    public void Settings_reach_the_solver()
    {
        SchedulerCall call = Call("euler_ancestral:eta=0.5,s_noise=1.003");
        Assert.Equal((0.5, 1.003), (call.Eta, call.NoiseScale));
        Assert.Equal(3, Call("lms:order=3").Order);
        Assert.Equal(new Churn { Amount = 40, From = 0.05, To = 50, Scale = 1.003 }, Call("heun:s_churn=40,s_tmin=0.05,s_tmax=50,s_noise=1.003").Churn);
        Assert.Null(Call("ddim").Eta);
    }

    [Theory]
    [InlineData("ddim:order=2", "\"order\" is no setting of ddim; there are eta")]
    [InlineData("dpmpp_2m:eta=1", "it has none")]
    [InlineData("ddim:eta=2", "must lie between 0 and 1")]
    [InlineData("ddim:eta", "not of the form key=value")]
    public void Settings_that_do_not_fit_are_refused(string text, string problem)
        => Assert.Contains(problem, Assert.Throws<FormatException>(() => Call(text)).Message, StringComparison.Ordinal);

    private static SchedulerCall Call(string text)
    {
        var settings = Settings.Parse(text);
        return SolverNames.Find(settings.Name, out _).Call(10, settings);
    }

    [Fact]
    public void Every_name_finds_its_own_solver()
    {
        foreach (NamedSolver solver in SolverNames.All)
            foreach (string name in (string[])[solver.Name, solver.Title, .. solver.Aliases])
                Assert.Equal(solver.Name, SolverNames.Find(name, out _).Name);
        Assert.Equal(SolverNames.All.Count, SolverNames.All.Select(solver => solver.Name).Distinct().Count());
    }

    /// <summary>What a model's file asks for is planned as it says, also where no name of ours has those options.</summary>
    [Theory]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler","algorithm_type":"sde-dpmsolver++","solver_order":3}""", "DPMSolverMultistepScheduler", true)]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler"}""", "DPMSolverMultistepScheduler", false)]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler","algorithm_type":"sde-dpmsolver++","solver_order":2,"solver_type":"midpoint"}""", "dpmpp_2m_sde", true)]
    [InlineData("""{"_class_name":"PNDMScheduler","skip_prk_steps":true}""", "plms", false)]
    [InlineData("""{"_class_name":"FlowMatchEulerDiscreteScheduler"}""", "FlowMatchEulerDiscreteScheduler", false)]
    [InlineData("""{"_class_name":"EDMDPMSolverMultistepScheduler","algorithm_type":"sde-dpmsolver++"}""", "EDMDPMSolverMultistepScheduler", true)]
    [InlineData("""{"_class_name":"SCMScheduler"}""", "SCMScheduler", false)]
    [InlineData("""{"_class_name":"UnCLIPScheduler"}""", "UnCLIPScheduler", false)]
    public void The_solver_of_a_configuration_has_its_options(string json, string name, bool stochastic)
    {
        var config = ModelConfig.Of(JsonElement.Parse(json), "scheduler_config.json");
        Assert.Equal(name, SolverNames.Of(config));
        ISolver solver = SolverNames.Find(SolverNames.Of(config), out _).Bind(config).Plan(new SchedulerCall(5)).Solver;
        Assert.Equal(stochastic, solver is DpmSolverMultistep { Eta: 1 });
    }

    /// <summary>As in diffusers, a solver_type that is another class's does not keep a class from a model's file.</summary>
    [Theory]
    [InlineData("""{"_class_name":"UniPCMultistepScheduler","solver_order":2,"solver_type":"bh2","use_exponential_sigmas":true}""")]
    [InlineData("""{"_class_name":"DPMSolverMultistepScheduler","solver_order":2,"solver_type":"heun","use_karras_sigmas":true}""")]
    [InlineData("""{"_class_name":"DEISMultistepScheduler","solver_type":"logrho"}""")]
    public void Every_solver_reads_the_file_of_another_class(string json)
    {
        var config = ModelConfig.Of(JsonElement.Parse(json), "scheduler_config.json");
        Assert.All(SolverNames.All, solver => Assert.NotEmpty(solver.Bind(config).Plan(new SchedulerCall(8)).Grid.Steps));
    }

    [Theory]
    [InlineData("SCMScheduler", "DDIMScheduler")]
    [InlineData("ddpm", "FlowMatchEulerDiscreteScheduler")]
    [InlineData("plms", "EDMEulerScheduler")]
    [InlineData("euler", "SCMScheduler")]
    public void Solvers_for_other_models_are_refused(string solver, string own)
    {
        var config = ModelConfig.Of(JsonElement.Parse($$"""{"_class_name":"{{own}}"}"""), "scheduler_config.json");
        var wrong = Assert.Throws<ArgumentException>(() => SolverNames.Find(solver, out _).Bind(config));
        Assert.Contains($"is not for models with a {own}", wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>The names mean their flow forms on a flow, and keep away from its infinite lambda where they must.</summary>
    [Theory]
    [InlineData("euler", 1, typeof(Ddim))]
    [InlineData("euler_ancestral", 1, typeof(FlowAncestral))]
    [InlineData("heun", 1, typeof(FlowHeun))]
    [InlineData("dpmpp_2m", 0.9999, typeof(DpmSolverMultistep))]
    [InlineData("uni_pc", 0.9999, typeof(UniPc))]
    [InlineData("lms", 0.9999, typeof(Lms))]
    public async Task Names_have_their_forms_on_flows(string name, double first, Type solver)
    {
        JsonElement json = JsonElement.Parse("""{"_class_name":"FlowMatchEulerDiscreteScheduler","shift":3}""");
        DiffusersScheduler scheduler = SolverNames.Find(name, out _).Bind(ModelConfig.Of(json, "scheduler_config.json"));
        SchedulerPlan plan = scheduler.On(ScheduleNames.Find("karras")).Plan(new SchedulerCall(7));
        Assert.IsType(solver, plan.Solver);
        Level start = plan.Grid.Steps[0].From;
        Assert.Equal(first / (1 - first), start.Kappa, 1e-6 * first / Math.Max(1 - first, 1e-12));

        // Normal data N(0.5, 0.36): the straight path's ODE takes 0.7 from pure noise to 0.92.
        SchedulerPlan fine = scheduler.Plan(new SchedulerCall(200));
        Tensor x = Tensor.From([0.7 * fine.Grid.StartScale], [1, 1, 1, 1]);
        var context = new SamplingContext(new NoiseStream(0, NoisePurpose.Step), new Trace());
        if (SolverNames.Find(name, out _).IsStochastic) return;
        Tensor end = await fine.Solver.SampleAsync(x, fine.Grid, ClosedForm.Mixture((1, 0.5, 0.6)), context);
        Assert.Equal(0.92, end.AsSpan<double>()[0], 0.01);
    }

    [Theory]
    [InlineData("eulr")]
    [InlineData("")]
    [InlineData("karras")]
    public void Other_names_are_refused_with_those_that_there_are(string name)
        => Assert.Contains("dpmpp_2m", Assert.Throws<ArgumentException>(() => SolverNames.Find(name, out _)).Message, StringComparison.Ordinal);
}
