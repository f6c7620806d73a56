using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;

namespace Rubato.Tests.Pipelines;

public sealed class DiffusersSchedulerTests
{
    /// <summary>As Stable Diffusion 1.5's folder holds it.</summary>
    private const string StableDiffusion = """
        {
          "_class_name": "PNDMScheduler", "_diffusers_version": "0.6.0", "beta_end": 0.012, "beta_schedule": "scaled_linear",
          "beta_start": 0.00085, "num_train_timesteps": 1000, "set_alpha_to_one": false, "skip_prk_steps": true,
          "steps_offset": 1, "trained_betas": null, "clip_sample": false
        }
        """;

    public static TheoryData<string, string> Grids
    {
        get
        {
            string[] options =
            [
                "\"timestep_spacing\": \"leading\"", "\"timestep_spacing\": \"linspace\"", "\"timestep_spacing\": \"trailing\"",
                "\"use_karras_sigmas\": true", "\"use_exponential_sigmas\": true", "\"use_beta_sigmas\": true",
            ];
            var pairs = new TheoryData<string, string>();
            string[] classes =
            [
                "DDIMScheduler", "DDPMScheduler", "DPMSolverMultistepScheduler", "DPMSolverSDEScheduler", "DPMSolverSinglestepScheduler",
                "EulerAncestralDiscreteScheduler", "EulerDiscreteScheduler", "HeunDiscreteScheduler", "KDPM2AncestralDiscreteScheduler",
                "KDPM2DiscreteScheduler", "LMSDiscreteScheduler", "UniPCMultistepScheduler",
            ];
            foreach (string name in classes)
                foreach (string option in options) pairs.Add(name, option);
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void Every_grid_falls_from_noise_to_data(string name, string option)
    {
        DiffusersScheduler scheduler = Read(name, $$"""{"beta_schedule": "scaled_linear", {{option}}}""");
        foreach (int steps in new[] { 1, 2, 7, 50 })
        {
            SchedulerPlan plan = scheduler.Plan(new SchedulerCall(steps));
            IReadOnlyList<Step> grid = plan.Grid.Steps;
            Assert.Equal(Enumerable.Range(0, steps), grid.Select(step => step.Index));
            Assert.All(grid, step => Assert.True(step.To.Kappa < step.From.Kappa));
            Assert.All(grid, step => Assert.InRange(step.From.Time, 0, 999));
            // DDIM's fixed stride may land on the first training step
            double lowest = ((VariancePreserving)scheduler.Meaning.Process).Kappa(0);
            Assert.InRange(grid[^1].To.Kappa, 0, name == "DDIMScheduler" ? lowest : 0);
            double start = plan.Solver.Coordinates == Coordinates.Network ? 1 : grid[0].From.Sigma;
            Assert.InRange(plan.Grid.StartScale, start, Math.Sqrt(start * start + 1));
        }
    }

    [Fact]
    public void Another_class_takes_over_what_it_knows_of_a_file()
    {
        DiffusersScheduler scheduler = DiffusersScheduler.Read(Config(StableDiffusion), "DDIMScheduler");
        SchedulerPlan plan = scheduler.Plan(new SchedulerCall(4));
        Assert.Equal([751, 501, 251, 1], plan.Grid.Steps.Select(step => step.From.Time));
        Assert.False(plan.Grid.Steps[^1].To.IsClean);   // set_alpha_to_one is false
        Assert.Equal(["skip_prk_steps"], scheduler.UnknownKeys);
        Assert.Null(scheduler.Meaning.Limit);
        Assert.IsType<Ddim>(plan.Solver);
    }

    [Fact]
    public void What_is_not_stated_is_as_in_diffusers()
    {
        DiffusersScheduler ddpm = Read("DDPMScheduler", "{}"), heun = Read("HeunDiscreteScheduler", "{}");
        Assert.NotNull(ddpm.Meaning.Limit);
        Assert.Equal(0.9999f, ((VariancePreserving)ddpm.Meaning.Process).AlphaBar[0]);
        Assert.Null(heun.Meaning.Limit);
        Assert.Equal(0.99915f, ((VariancePreserving)heun.Meaning.Process).AlphaBar[0]);
    }

    [Fact]
    public void A_terminal_level_of_pure_noise_stays_finite_where_sigma_is_stepped()
    {
        const string Config = """{"rescale_betas_zero_snr": true, "prediction_type": "v_prediction"}""";
        Assert.Equal(0, Last("DDIMScheduler"));
        Assert.Equal(MathF.Pow(2, -24), Last("EulerDiscreteScheduler"));
        Assert.Equal(MathF.Pow(2, -24), Last("DPMSolverMultistepScheduler"));

        float Last(string name) => ((VariancePreserving)Read(name, Config).Meaning.Process).AlphaBar[^1];
    }

    [Theory]
    [InlineData("KarrasVeScheduler", "{}", "KarrasVeScheduler is not built yet")]
    [InlineData("DPMSolverMultistepScheduler", """{"algorithm_type": "dpmsolver+++"}""",
        "DPMSolverMultistepScheduler: algorithm_type \"dpmsolver+++\" is not built yet")]
    [InlineData("UniPCMultistepScheduler", """{"solver_p": {}}""", "UniPCMultistepScheduler: solver_p is not built yet")]
    [InlineData("SASolverScheduler", """{"tau_func": "a"}""", "SASolverScheduler: tau_func is not built yet")]
    [InlineData("FlowMatchLCMScheduler", """{"scale_factors": [2]}""", "FlowMatchLCMScheduler: scale_factors is not built yet")]
    [InlineData("DDPMScheduler", """{"variance_type": "learned"}""",
        "DDPMScheduler: variance_type \"learned\" is not built yet")]
    public void What_is_not_built_is_named(string name, string config, string message)
        => Assert.Equal(message, Assert.Throws<NotSupportedException>(() => Read(name, config)).Message);

    [Theory]
    [InlineData("""{"num_train_timesteps": 0}""", "num_train_timesteps")]
    [InlineData("""{"num_train_timesteps": 1000000000}""", "num_train_timesteps")]
    [InlineData("""{"beta_start": -1}""", "beta_start")]
    [InlineData("""{"beta_end": 2}""", "beta_end")]
    [InlineData("""{"beta_end": "NaN"}""", "beta_end")]
    [InlineData("""{"trained_betas": [0.1, 0]}""", "trained_betas")]
    [InlineData("""{"clip_sample_range": 0}""", "clip_sample_range")]
    [InlineData("""{"dynamic_thresholding_ratio": 1.5}""", "dynamic_thresholding_ratio")]
    [InlineData("""{"steps_offset": -1}""", "steps_offset")]
    [InlineData("""{"clip_sample": "yes"}""", "clip_sample")]
    public void Numbers_out_of_range_are_refused_by_key(string config, string key)
    {
        var refusal = Assert.Throws<CheckpointException>(() => Read("DDIMScheduler", config));
        Assert.Contains(key, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_steps_than_there_were_in_training_are_refused()
        => Assert.ThrowsAny<ArgumentException>(() => Read("EulerDiscreteScheduler", "{}").Plan(new SchedulerCall(1001)));

    [Fact]
    public void Dynamic_shifting_needs_mu()
        => Assert.Throws<ArgumentException>(()
            => Read("FlowMatchEulerDiscreteScheduler", """{"use_dynamic_shifting": true}""").Plan(new SchedulerCall(4)));

    private static DiffusersScheduler Read(string name, string config) => DiffusersScheduler.Read(Config(config), name);

    private static ModelConfig Config(string json) => ModelConfig.Of(JsonElement.Parse(json), "scheduler_config.json");
}
