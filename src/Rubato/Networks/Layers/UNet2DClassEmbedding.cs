using Rubato.Tensors;
using Rubato.Tensors.Layers;

namespace Rubato.Networks.Layers;

/// <summary>From classes to what is added to the embedded times of a <see cref="UNet2DModel"/>.</summary>
internal sealed class UNet2DClassEmbedding
{
    private readonly UNet2DOptions _options;
    private readonly int _width;
    private readonly Func<float[], Tensor> _projection;
    private readonly Embedding? _table;
    private readonly TimestepEmbedding? _layers;

    public UNet2DClassEmbedding(Weights w, UNet2DOptions options, UNet2DPlan plan, Func<float[], Tensor> timeProjection)
    {
        (_options, _width, _projection) = (options, plan.EmbeddingWidth, timeProjection);
        if (options.ClassEmbedding == ClassEmbedding.Table)
            _table = Embedding.Load(w, options.NumClassEmbeds!.Value, _width);
        if (options.ClassEmbedding == ClassEmbedding.Timestep)
            _layers = new TimestepEmbedding(w, plan.TimeWidth, _width);
    }

    /// <returns>[N, E]</returns>
    public Tensor Forward(IReadOnlyList<Condition?> conditions)
    {
        if (_options.ClassEmbedding == ClassEmbedding.Identity)
            return Tensor.From([.. conditions.SelectMany(Vector)], [conditions.Count, _width]);
        int[] labels = [.. conditions.Select(Label)];
        return _table?.Forward(labels) ?? _layers!.Forward(_projection(Array.ConvertAll(labels, label => (float)label)));
    }

    private int Label(Condition? condition)
    {
        int label = condition switch
        {
            ClassLabel given => given.Index,
            null when _options.NullClass is { } none => none,
            null => throw new ArgumentException("This model needs a class for every sample: it knows no unconditional one."),
            _ => throw new ArgumentException($"This model takes a {nameof(ClassLabel)}, not a {condition.GetType().Name}."),
        };
        int last = (_options.NumClassEmbeds ?? int.MaxValue) - 1;
        return label >= 0 && label <= last ? label
            : throw new ArgumentException($"The class {label} is not one of the model's: 0 to {last}.");
    }

    private float[] Vector(Condition? condition)
        => condition is ClassVector { Values: var values } && values.Length == _width ? values.ToArray()
            : throw new ArgumentException($"This model needs a {nameof(ClassVector)} of {_width} numbers for every sample.");
}
