using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Rubato.Goldens;

namespace Rubato.Tests.Goldens;

/// <summary>Truth: integrals over the data's density, Tweedie's formula, the definitions of the predictions.</summary>
public sealed class AnalyticModelTests
{
    private const double Deviation = 0.4;
    private static readonly double[] Weights = [0.3, 0.5, 0.2];
    private static readonly double[] Means = [-1.5, 0.25, 1];

    /// <summary>alpha in (0, 1], sigma in (0, 3], z in [-4, 4]: one value of a one-element sample.</summary>
    private static readonly Arbitrary<(double Alpha, double Sigma, double Z)> Points =
        (from a in Gen.Choose(1, 1000)
         from s in Gen.Choose(1, 3000)
         from z in Gen.Choose(-4096, 4096)
         select (a / 1000.0, s / 1000.0, z / 1024.0)).ToArbitrary();

    [Fact]
    public void The_mean_of_a_mixture_is_that_of_its_posterior_density()
    {
        var posterior = new MixturePosterior(Weights, Means, Deviation);
        (double, double)[] levels = [(1, 0.05), (0.9, 0.4), (0.6, 0.8), (0.1, 0.995), (0.5, 2.5)];
        foreach ((double alpha, double sigma) in levels)
        {
            for (double z = -3; z <= 3; z += 0.375)
                Assert.Equal(Integrated(z, alpha, sigma), MeanOf(posterior, z, alpha, sigma), 1e-9);
        }
    }

    [Fact]
    public void A_mixture_of_one_mode_is_a_gaussian() => Prop.ForAll(Points, p =>
    {
        double mixture = MeanOf(new MixturePosterior([1], [0.75], Deviation), p.Z, p.Alpha, p.Sigma);
        return Math.Abs(mixture - MeanOf(new GaussianPosterior([0.75], Deviation), p.Z, p.Alpha, p.Sigma)) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Modes_are_shared_over_all_elements_of_a_sample()
    {
        // The second element alone says which of two far modes it is, for both.
        var posterior = new MixturePosterior([0.5, 0.5], [0, -8, 5, 8], 0.01);
        var mean = new double[2];
        posterior.Mean([2, 7], 1, 1, mean);
        Assert.Equal(5, mean[0], 1e-3);
        Assert.Equal(8, mean[1], 1e-3);
    }

    [Fact]
    public void Samples_of_a_batch_do_not_see_each_other()
    {
        AnalyticModel model = Read(
            """
            {"kind": "gaussian-mixture", "prediction": "epsilon", "s": 0.4, "weights": [0.5, 0.5], "means": "m"}
            """,
            [1, 2, -1, -2]);
        float[] z = [0.5f, 1, -0.25f, 2];
        float[] both = model.Predict(z, 2, 0, 0.8, 0.6);
        Assert.Equal(model.Predict(z.AsSpan(0, 2), 1, 0, 0.8, 0.6), both[..2]);
        Assert.Equal(model.Predict(z.AsSpan(2), 1, 0, 0.8, 0.6), both[2..]);
    }

    [Fact]
    public void The_score_is_the_gradient_of_the_log_density() => Prop.ForAll(Points, p =>
    {
        double variance = p.Alpha * p.Alpha * Deviation * Deviation + p.Sigma * p.Sigma;
        return Close(Predict("score", p), -(p.Z - p.Alpha * 0.5) / variance);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_prediction_gives_the_data_back() => Prop.ForAll(Points, p =>
    {
        double data = Predict("sample", p), flow = Predict("flow_prediction", p);
        double v = Predict("v_prediction", p), norm = p.Alpha * p.Alpha + p.Sigma * p.Sigma;
        return Close((p.Z - p.Sigma * Predict("epsilon", p)) / p.Alpha, data, p.Sigma / p.Alpha)
            && Close((p.Alpha * p.Z - p.Sigma * v) / norm, data, 1 / norm)
            && Close((p.Z - p.Sigma * flow) / (p.Alpha + p.Sigma), data)
            && Close(Predict("flow_to_data", p), -flow)
            && Close((p.Z + p.Sigma * p.Sigma * Predict("score", p)) / p.Alpha, data, p.Sigma * p.Sigma / p.Alpha);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_raw_networks_give_the_data_back_through_their_preconditioning() => Prop.ForAll(Points, p =>
    {
        const double Data = 0.5, Least = 0.002;
        if (p.Sigma / p.Alpha < 2 * Least) return true;
        double level = p.Sigma / p.Alpha, shifted = level - Least, x = p.Z / p.Alpha, d = Predict("sample", p);
        double total = Math.Sqrt(level * level + Data * Data);
        double skip = Data * Data / (total * total), output = level * Data / total;
        double shiftedSkip = Data * Data / (shifted * shifted + Data * Data), shiftedOutput = shifted * Data / total;
        return Close(skip * x + output * Predict("edm_raw", p), d, 1 + output)
            && Close(Predict("edm_raw_negative", p), -Predict("edm_raw", p))
            && Close(shiftedSkip * x + shiftedOutput * Predict("consistency_raw", p), d, 1 + output);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Without_noise_the_data_is_the_sample_and_the_noise_is_zero()
    {
        Assert.Equal(0.75, Predict("sample", (0.5, 0, 0.375)));
        Assert.Equal(0, Predict("epsilon", (0.5, 0, 0.375)));
    }

    [Fact]
    public void A_wider_noise_changes_the_mean_and_not_how_the_noise_is_counted()
    {
        AnalyticModel wide = Gaussian("epsilon", """, "noise_std": 0.5""");
        double mean = MeanOf(new GaussianPosterior([0.5], Deviation), 0.25, 0.8, 0.3);
        Assert.Equal((0.25 - 0.8 * mean) / 0.6, wide.Predict([0.25f], 1, 0, 0.8, 0.6)[0], 1e-6);
    }

    [Fact]
    public void The_dummy_model_scales_by_its_timestep()
    {
        float[] expected = [1.5f, -3];
        Assert.Equal(expected, Read("""{"kind": "scale-by-t"}""", []).Predict([2, -4], 2, 3, 0, 0));
    }

    [Theory]
    [InlineData("""{"kind": "laplace", "prediction": "epsilon"}""", "analytic model: kind laplace")]
    [InlineData(
        """{"kind": "gaussian", "mu": "mu", "s": 1, "prediction": "velocity"}""",
        "family solvers: prediction velocity")]
    public void What_is_unknown_is_named(string json, string reason)
        => Assert.Equal(reason, Assert.Throws<NotBuiltException>(() => Read(json, [0])).Message);

    private static double MeanOf(IPosterior posterior, double z, double alpha, double sigma)
    {
        var mean = new double[1];
        posterior.Mean([z], alpha, sigma, mean);
        return mean[0];
    }

    /// <summary>The posterior mean by the trapezium rule: exact to rounding for densities as smooth as these.</summary>
    private static double Integrated(double z, double alpha, double sigma)
    {
        double total = 0, moment = 0;
        for (double x = -8; x <= 8; x += 1.0 / 1024)
        {
            double prior = 0, noise = (z - alpha * x) / sigma;
            for (int j = 0; j < Weights.Length; j++)
            {
                double distance = (x - Means[j]) / Deviation;
                prior += Weights[j] * Math.Exp(-distance * distance / 2);
            }

            double density = prior * Math.Exp(-noise * noise / 2);
            (total, moment) = (total + density, moment + density * x);
        }

        return moment / total;
    }

    private static double Predict(string prediction, (double Alpha, double Sigma, double Z) p)
        => Gaussian(prediction, """, "sigma_data": 0.5, "sigma_min": 0.002""")
            .Predict([(float)p.Z], 1, 0, p.Alpha, p.Sigma)[0];

    private static AnalyticModel Gaussian(string prediction, string further)
        => Read($$"""{"kind": "gaussian", "prediction": "{{prediction}}", "s": 0.4, "mu": "mu"{{further}}}""", [0.5]);

    private static AnalyticModel Read(string json, double[] constants)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return AnalyticModel.Read(document.RootElement, _ => constants);
    }

    /// <summary>Equal but for the rounding to float32, which <paramref name="gain"/> makes larger.</summary>
    private static bool Close(double got, double want, double gain = 1)
        => Math.Abs(got - want) <= 2e-6 * (1 + gain) * (1 + Math.Abs(want)) + 2e-6 * gain * 8;
}
