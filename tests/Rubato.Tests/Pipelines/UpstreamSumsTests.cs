using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Guidance;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Tests.Pipelines;

/// <summary>
/// The numbers that the scheduler tests of diffusers assert, of trajectories on this library's solvers. The recipes are
/// written down in <c>Upstream/README.md</c>.
/// </summary>
public sealed class UpstreamSumsTests
{
    private const string Sum = "result_sum", Mean = "result_mean";

    /// <summary>What is not asserted, number by number.</summary>
    private static readonly (string Test, string[] Quantities)[] LeftOut =
    [
        // Their noise comes from the Brownian tree of torchsde: a path that is refined interval by interval, by seeds of
        // its own, which no other program reproduces.
        ("test_scheduler_dpm_sde.py::DPMSolverSDESchedulerTest::test_full_loop_device", [Sum, Mean]),
        ("test_scheduler_dpm_sde.py::DPMSolverSDESchedulerTest::test_full_loop_device_karras_sigmas", [Sum, Mean]),
        ("test_scheduler_dpm_sde.py::DPMSolverSDESchedulerTest::test_full_loop_no_noise", [Sum, Mean]),
        ("test_scheduler_dpm_sde.py::DPMSolverSDESchedulerTest::test_full_loop_with_v_prediction", [Sum, Mean]),
    ];

    /// <summary>
    /// Numbers that are rounding of diffusers: with its formulas in float32 they come out, in float64 others do, and those
    /// are this library's.
    /// </summary>
    private static readonly (string Test, string[] Quantities)[] Rounding =
    [
        // The beta of a step is 1 - a / a' in float32, which at the cleanest steps keeps three digits: the weights of one
        // step no longer add up.
        ("test_scheduler_ddpm.py::DDPMSchedulerTest::test_full_loop_with_noise", [Sum]),
        ("test_scheduler_ddpm_parallel.py::DDPMParallelSchedulerTest::test_full_loop_with_noise", [Sum]),

        // Beta from one table and 1 - a from another: the last step's weight of the sample, which is 1, comes out as 0.9995.
        ("test_scheduler_unclip.py::UnCLIPSchedulerTest::test_full_loop", [Sum]),
        ("test_scheduler_unclip.py::UnCLIPSchedulerTest::test_full_loop_skip_timesteps", [Sum]),

        // A second pass over the list with the outputs of the first: they do not belong to pure noise, from which it begins,
        // and the division by alpha there, 1e-8, leaves rounding.
        ("test_scheduler_ipndm.py::IPNDMSchedulerTest::test_full_loop_no_noise", [Mean]),
    ];

    private static readonly Dictionary<string, Recipe> Recipes = ReadRecipes();

    public static TheoryData<string> Tests => [.. Recipes.Keys.Where(test => Asserted(test).Any())];

    [Theory]
    [MemberData(nameof(Tests))]
    public async Task A_test_of_diffusers_finds_its_numbers_here(string test)
    {
        Recipe recipe = Recipes[test];
        Func<string, double> measure = recipe.Loop == "variance" ? recipe.Variance : Magnitudes(await recipe.RunAsync());
        Assert.All(Asserted(test), wanted =>
        {
            double got = measure(wanted.Quantity);
            bool within = Math.Abs(got - wanted.Value) < wanted.Tolerance;
            Assert.True(within, $"{wanted.Quantity}: {got:R}, not {wanted.Value:R} within {wanted.Tolerance}");
        });
    }

    public static TheoryData<string> Rounded => [.. Rounding.Select(entry => entry.Test)];

    [Theory]
    [MemberData(nameof(Rounded))]
    public async Task A_number_that_rounding_makes_is_that_of_the_formulas_in_float32(string test)
    {
        Recipe recipe = Recipes[test];
        float[] rounded = recipe.InFormulas<float>();
        (string quantity, double value, double tolerance) = recipe.Asserts.Single(
            wanted => Rounding.First(entry => entry.Test == test).Quantities.Contains(wanted.Quantity));
        Assert.InRange(Magnitudes(rounded)(quantity), value - tolerance, value + tolerance);

        double[] exact = recipe.InFormulas<double>();
        float[] ours = await recipe.RunAsync();
        double rounding = 1e-5 * exact.Max(Math.Abs);   // the state is float32 between a thousand steps
        Assert.All(ours.Zip(exact), pair => Assert.Equal(pair.Second, pair.First, rounding));
    }

    [Fact]
    public void Every_number_is_asserted_but_those_left_out_by_name()
    {
        Assert.Equal((118, 219), (Recipes.Count, Recipes.Values.Sum(recipe => recipe.Asserts.Count)));
        Assert.All(LeftOut, entry => Assert.Contains(entry.Test, Recipes.Keys));
        Assert.Equal((8, 5), (LeftOut.Sum(entry => entry.Quantities.Length), Rounding.Sum(entry => entry.Quantities.Length)));
        Assert.Equal(219 - 8 - 5, Recipes.Keys.Sum(test => Asserted(test).Count()));
    }

    private static IEnumerable<(string Quantity, double Value, double Tolerance)> Asserted(string test)
    {
        string[] without = LeftOut.Concat(Rounding).FirstOrDefault(entry => entry.Test == test, (test, [])).Quantities;
        return Recipes[test].Asserts.Where(wanted => !without.Contains(wanted.Quantity));
    }

    private static Func<string, double> Magnitudes(float[] final) => quantity
        => quantity.EndsWith("_sum", StringComparison.Ordinal) ? final.Sum(value => Math.Abs((double)value))
            : final.Average(value => Math.Abs((double)value));

    private static Dictionary<string, Recipe> ReadRecipes()
    {
        string path = TestFolder.Source(Path.Combine("Pipelines", "Upstream", "sums.json"));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.EnumerateArray().ToDictionary(
            entry => entry.GetProperty("test").GetString()!, entry => new Recipe(entry.Clone()), StringComparer.Ordinal);
    }

    /// <summary>One test of diffusers: what it builds, how it runs it, and what it asserts.</summary>
    private sealed class Recipe(JsonElement json)
    {
        public string ClassName { get; } = json.GetProperty("scheduler").GetString()!;

        public string Loop { get; } = json.GetProperty("loop").GetString()!;

        public IReadOnlyList<(string Quantity, double Value, double Tolerance)> Asserts { get; } =
            [.. json.GetProperty("asserts").EnumerateArray().Select(a => (a[0].GetString()!, a[1].GetDouble(), a[2].GetDouble()))];

        /// <summary>The final samples of the loop.</summary>
        public async Task<float[]> RunAsync()
        {
            DiffusersScheduler scheduler = Read();
            SchedulerCall call = new(json.TryGetProperty("steps", out JsonElement count) ? count.GetInt32() : 1)
            {
                Timesteps = json.TryGetProperty("timesteps", out JsonElement list)
                    ? [.. list.EnumerateArray().Select(time => time.GetDouble())] : null,
                Eta = json.TryGetProperty("eta", out JsonElement eta) ? eta.GetDouble() : null,
            };
            SchedulerPlan plan = scheduler.Plan(call);
            if (Loop == "batch-step") return await StepFromEachAsync(scheduler.Meaning, plan, call.Steps);

            TimeGrid grid = Loop == "tail-3" ? plan.Grid.Skip(3) : plan.Grid;
            if (Loop == "twice") grid = grid with { Steps = [.. grid.Steps, .. grid.Steps] };
            Tensor x = Arange(reversed: false);
            if (json.GetProperty("start").GetString() == "sample*init") x = (float)grid.StartScale * x;
            if (json.TryGetProperty("noised_at", out JsonElement first))
            {
                grid = grid.Skip(first.GetInt32());
                Level level = grid.Steps[0].From;
                x = LinearCombination.Of((level.Alpha, x), (level.Sigma, Arange(reversed: true)));
            }

            var noise = new DiffusersNoise();
            var model = new DummyModel(scheduler.Meaning, Loop, Told(scheduler.Meaning.Process));
            return (await plan.Solver.SampleAsync(x, grid, model, new SamplingContext(noise, new Trace()))).ToArray();
        }

        /// <summary>The same by the formulas of diffusers alone.</summary>
        public T[] InFormulas<T>()
            where T : IFloatingPointIeee754<T>
        {
            float[] sample = Arange(reversed: false).ToArray();
            var noise = new DiffusersNoise();
            float[] Draw()
            {
                float[] values = new float[sample.Length];
                noise.Normal(values);
                return values;
            }

            int steps = json.GetProperty("steps").GetInt32();
            return ClassName switch
            {
                "IPNDMScheduler" => UpstreamFormulas<T>.Ipndm(sample, steps),
                "UnCLIPScheduler" => UpstreamFormulas<T>.UnClip(Products(BetaSchedules.Cosine(1000)), Betas(BetaSchedules.Cosine(1000)), sample,
                    [.. Enumerable.Range(0, steps).Select(i => (int)Math.Round((steps - 1 - i) * (999.0 / (steps - 1))))], Draw),
                _ => UpstreamFormulas<T>.Ddpm(Products(BetaSchedules.Linear(1000)), sample, Arange(reversed: true).ToArray(),
                    steps - 1 - json.GetProperty("noised_at").GetInt32(), Draw),
            };

            static T[] Products(float[] betas) => [.. BetaSchedules.AlphaBar(betas).Select(T.CreateChecked)];

            // diffusers' table is rounded by itself; what it means belongs to the products.
            static T[] Betas(float[] betas)
            {
                T[] products = Products(betas);
                return typeof(T) == typeof(float) ? [.. betas.Select(T.CreateChecked)]
                    : [.. products.Select((product, t) => T.One - (t == 0 ? product : product / products[t - 1]))];
            }
        }

        /// <summary><c>scheduler._get_variance(t, prev)</c>, or <c>(t)</c> where prev is t - 1.</summary>
        public double Variance(string quantity)
        {
            int[] times = [.. quantity.Split('(', ')')[1].Split(',').Select(time => int.Parse(time, CultureInfo.InvariantCulture))];
            VariancePreserving process = Read().Meaning.Process.Table();
            var step = new Step(0, process.AtStep(times[0]), process.AtStep(times.Length > 1 ? times[1] : times[0] - 1));
            return ClassName switch
            {
                "DDIMScheduler" or "DDIMParallelScheduler" => Math.Pow(Ddim.Deviation(step), 2),
                "UnCLIPScheduler" => Math.Sqrt(Ddpm.SmallVariance(step)),   // it calls a deviation so
                _ => Ddpm.SmallVariance(step),
            };
        }

        private DiffusersScheduler Read()
        {
            DiffusersScheduler scheduler = DiffusersScheduler.Read(
                ModelConfig.Of(json.GetProperty("config"), json.GetProperty("test").GetString()!), ClassName);
            Assert.Empty(scheduler.UnknownKeys);
            return scheduler;
        }

        /// <summary>batch_step_no_noise: every sample its own training step.</summary>
        private async Task<float[]> StepFromEachAsync(OutputMeaning meaning, SchedulerPlan plan, int steps)
        {
            VariancePreserving process = meaning.Process.Table();
            var final = new List<float>();
            foreach ((int time, float shift) in new[] { (0, 0f), (1, 0.1f), (2, -0.1f) })
            {
                Tensor x = Arange(reversed: false);
                foreach (ref float value in x.AsSpan()) value += shift;
                var step = new Step(0, process.AtStep(time), process.AtStep(time - process.Steps / steps));
                TimeGrid grid = plan.Grid with { Steps = [step] };
                var model = new DummyModel(meaning, Loop, point => point.Level.Time);
                final.AddRange((await plan.Solver.SampleAsync(
                    x, grid, model, new SamplingContext(new Silence(), new Trace()))).ToArray());
            }

            return [.. final];
        }

        /// <summary>What the model is told of a point of the trajectory.</summary>
        private Func<EvaluationPoint, double> Told(IProcess process)
        {
            if (Loop != "sde-ve") return point => point.Level.Time;
            // The first entries of the list of sigma that the class makes for all training steps, and set_sigmas leaves.
            JsonElement config = json.GetProperty("config");
            double end = config.GetProperty("sampling_eps").GetDouble();
            int steps = config.GetProperty("num_train_timesteps").GetInt32();
            return point => process.At(1 + point.Step * (end - 1) / (steps - 1)).Sigma;
        }

        /// <summary>Sample or noise: an arange over [C, H, W, N] or [C, W, N], its last axis moved to the front.</summary>
        private Tensor Arange(bool reversed)
        {
            const int Samples = 4, Channels = 3, Width = 8;
            Tensor x = Tensor.Empty(
                json.TryGetProperty("axes", out _) ? [Samples, Channels, Width] : [Samples, Channels, Width, Width]);
            Span<float> values = x.AsSpan();
            int count = values.Length, inside = count / Samples;
            for (int n = 0; n < Samples; n++)
            {
                for (int i = 0; i < inside; i++)
                {
                    int place = i * Samples + n;
                    values[n * inside + i] = (float)(reversed ? count - 1 - place : place) / count;
                }
            }

            return x;
        }
    }

    /// <summary>The model of diffusers' tests, x t / (t + 1), called as their loops call it.</summary>
    private sealed class DummyModel(OutputMeaning meaning, string loop, Func<EvaluationPoint, double> told) : IDenoiser
    {
        public Task<Prediction> PredictAsync(Tensor x, EvaluationPoint point)
        {
            float scale = (float)meaning.Process.InputScale(point.Level), t = (float)told(point);
            // Where the scaled input takes the sample's place, it does so in the very tensor that the solver goes on from.
            Tensor input = loop == "scaled" ? x.Clone() : x;
            if (loop is "scaled" or "scaled-overwrite")
                foreach (ref float value in input.AsSpan()) value *= scale;
            Tensor output = input.Clone();
            foreach (ref float value in output.AsSpan()) value = value * t / (t + 1);
            return Task.FromResult(meaning.Predict(x, output, point.Level));
        }
    }

    /// <summary>PyTorch's generator on the CPU, seeded with 0; a step of a path is one draw like any other.</summary>
    private sealed class DiffusersNoise : INoiseSource, IBrownianPath
    {
        private readonly TorchCpuGenerator _generator = new(0);

        public void Normal(Span<float> destination) => _generator.RandN(destination);

        public void Increment(Span<float> destination, double from, double to) => Normal(destination);
    }

    private sealed class Silence : INoiseSource
    {
        public void Normal(Span<float> destination) => destination.Clear();
    }
}
