using System.Text.Json;

namespace Rubato.Goldens;

/// <summary>What a model says of the expected data, and the constants of its parameterisation.</summary>
/// <param name="name">As in the cases: epsilon, v_prediction ...</param>
internal sealed class Prediction(string name)
{
    private readonly Func<Prediction, Point, double> _form = Forms.Find("solvers", "prediction", name);

    /// <summary>One value of a sample: D, z, e = (z - alpha D) / sigma, and the level.</summary>
    private readonly record struct Point(double Data, double Z, double Noise, double Alpha, double Sigma);

    private static readonly Dictionary<string, Func<Prediction, Point, double>> Forms = new(StringComparer.Ordinal)
    {
        ["epsilon"] = (_, p) => p.Noise,
        ["v_prediction"] = (_, p) => p.Alpha * p.Noise - p.Sigma * p.Data,
        ["sample"] = (_, p) => p.Data,
        ["flow_prediction"] = (_, p) => p.Noise - p.Data,
        ["flow_to_data"] = (_, p) => p.Data - p.Noise,
        ["score"] = (_, p) => -p.Noise / p.Sigma,
        ["edm_raw"] = (form, p) => form.Raw(p, lowest: 0),
        ["edm_raw_negative"] = (form, p) => -form.Raw(p, lowest: 0),
        ["consistency_raw"] = (form, p) => form.Raw(p, form.SigmaMin),
    };

    /// <summary>Deviation of the data that EDM models are scaled for; NaN where the model has none.</summary>
    public double SigmaData { get; init; } = double.NaN;

    /// <summary>The level at which a consistency model is the identity; NaN where the model has none.</summary>
    public double SigmaMin { get; init; } = double.NaN;

    /// <summary>Deviation of the noise where it is not 1 (SCM): D knows of it, e does not.</summary>
    public double NoiseDeviation { get; init; } = 1;

    /// <inheritdoc cref="AnalyticModel.Read"/>
    public static Prediction Read(JsonElement model)
    {
        return new Prediction(model.GetProperty("prediction").GetString()!)
        {
            SigmaData = Number("sigma_data", double.NaN),
            SigmaMin = Number("sigma_min", double.NaN),
            NoiseDeviation = Number("noise_std", 1),
        };

        double Number(string key, double fallback)
            => model.TryGetProperty(key, out JsonElement value) ? value.GetDouble() : fallback;
    }

    /// <summary>The model's output where the expected data is <paramref name="data"/>.</summary>
    public double Of(double data, double z, double alpha, double sigma)
        => _form(this, new Point(data, z, sigma == 0 ? 0 : (z - alpha * data) / sigma, alpha, sigma));

    /// <summary>The network F inside of D = c_skip x + c_out F (Karras et al. 2022; Song et al. 2023).</summary>
    private double Raw(Point p, double lowest)
    {
        double level = p.Sigma / p.Alpha, x = p.Z / p.Alpha, shifted = level - lowest;
        double skip = SigmaData * SigmaData / (shifted * shifted + SigmaData * SigmaData);
        double output = shifted * SigmaData / Math.Sqrt(level * level + SigmaData * SigmaData);
        return (p.Data - skip * x) / output;
    }
}
