using System.Text.Json;

namespace Rubato.Goldens;

/// <summary>
/// The models behind the cases of <c>solvers</c> and <c>adaptive-control</c>: data whose posterior mean is known in
/// closed form, in place of a network. They see z = alpha x0 + sigma e in float32 and compute in float64.
/// </summary>
/// <param name="posterior">The expected data D; null for the model that knows no data, <c>scale-by-t</c>.</param>
/// <param name="prediction">What the model says of D.</param>
internal sealed class AnalyticModel(IPosterior? posterior, Prediction? prediction)
{
    /// <summary>Reads the description of a model.</summary>
    /// <param name="json">The object <c>model</c> of a case.</param>
    /// <param name="constants">Finds a tensor by the name that the description gives.</param>
    /// <exception cref="NotBuiltException">The kind of model or prediction is unknown.</exception>
    public static AnalyticModel Read(JsonElement json, Func<string, double[]> constants)
    {
        string kind = Text(json, "kind");
        return kind switch
        {
            "scale-by-t" => new AnalyticModel(posterior: null, prediction: null),
            "gaussian" => new AnalyticModel(
                new GaussianPosterior(constants(Text(json, "mu")), Number(json, "s")), Prediction.Read(json)),
            "gaussian-mixture" => new AnalyticModel(
                new MixturePosterior(
                    [.. json.GetProperty("weights").EnumerateArray().Select(weight => weight.GetDouble())],
                    constants(Text(json, "means")),
                    Number(json, "s")),
                Prediction.Read(json)),
            _ => throw new NotBuiltException($"analytic model: kind {kind}"),
        };
    }

    /// <summary>One call of the model.</summary>
    /// <param name="z">[batch, ..], scaled as the level says.</param>
    /// <param name="batch">How many samples z holds.</param>
    /// <param name="timestep">The value that the scheduler passes; read by <c>scale-by-t</c> alone.</param>
    /// <param name="alpha">Factor of the data in z.</param>
    /// <param name="sigma">Factor of the noise in z.</param>
    /// <returns>As many values as z has.</returns>
    public float[] Predict(ReadOnlySpan<float> z, int batch, double timestep, double alpha, double sigma)
    {
        var result = new float[z.Length];
        int length = z.Length / batch;
        double[] sample = new double[length], data = new double[length];
        for (int start = 0; start < z.Length; start += length)
        {
            for (int i = 0; i < length; i++) sample[i] = z[start + i];
            if (posterior is null || prediction is not { } form)
            {
                for (int i = 0; i < length; i++) result[start + i] = (float)(sample[i] * timestep / (timestep + 1));
                continue;
            }

            posterior.Mean(sample, alpha, sigma * form.NoiseDeviation, data);
            for (int i = 0; i < length; i++) result[start + i] = (float)form.Of(data[i], sample[i], alpha, sigma);
        }

        return result;
    }

    private static string Text(JsonElement json, string key) => json.GetProperty(key).GetString()!;

    private static double Number(JsonElement json, string key) => json.GetProperty(key).GetDouble();
}
