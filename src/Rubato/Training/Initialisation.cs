using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training;

/// <summary>
/// First weights: those of PyTorch's layers (convolutions and linear layers uniform within 1 / sqrt(inputs), norms 1 and
/// 0), but that every residual branch begins as zero, and so does the output (Dhariwal and Nichol 2021, arXiv:2105.05233):
/// a new network is the identity between its resolutions and learns deep paths as they become useful.
/// </summary>
internal static class Initialisation
{
    // Of the size of an embedded time at the start, so that neither drowns the other.
    private const double EmbeddingDeviation = 0.1;

    private static readonly string[] Zero = ["conv2", "to_out.0", "conv_out"];

    /// <summary>Fills all parameters. Each depends on the seed, its name and its shape alone.</summary>
    public static void Fill(ParameterSet parameters, long seed)
    {
        var random = new NumberedRandom((ulong)seed, NoisePurpose.InitialWeights);
        foreach (Parameter parameter in parameters.All)
        {
            Fill(parameter, parameters, random);
            parameter.MarkChanged();
        }
    }

    private static void Fill(Parameter parameter, ParameterSet parameters, NumberedRandom random)
    {
        int dot = parameter.Name.LastIndexOf('.');
        string layer = parameter.Name[..Math.Max(dot, 0)];
        Span<float> values = parameter.Value.AsSpan();
        Shape weight = parameters.ShapeOf(layer + ".weight") ?? parameter.Value.Shape;
        ulong draw = HashOf(parameter.Name);
        if (Zero.Any(name => layer == name || layer.EndsWith("." + name, StringComparison.Ordinal))) values.Clear();
        else if (weight.Rank == 1) values.Fill(parameter.Name.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0);
        else if (parameters.ShapeOf(layer + ".bias") is null) Normal(values, draw, random);
        else Uniform(values, 1 / Math.Sqrt(weight.Elements / weight[0]), draw, random);
    }

    /// <summary>A table, the only layer here without a bias.</summary>
    private static void Normal(Span<float> values, ulong draw, NumberedRandom random)
    {
        random.Normal(draw, values);
        foreach (ref float value in values) value = (float)(EmbeddingDeviation * value);
    }

    private static void Uniform(Span<float> values, double bound, ulong draw, NumberedRandom random)
    {
        for (int i = 0; i < values.Length; i++) values[i] = (float)(bound * (2 * random.Uniform(draw, (uint)i) - 1));
    }

    /// <summary>FNV-1a of a name, 64 bits.</summary>
    public static ulong HashOf(string name)
        => name.Aggregate(14695981039346656037ul, (hash, c) => (hash ^ c) * 1099511628211ul);
}
