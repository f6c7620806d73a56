using Rubato.Tensors;

namespace Rubato.Training;

/// <summary>
/// The weights of a network of which a layer reads more than it did. The new ones start at zero: the network predicts what it
/// predicted, and learns from there.
/// </summary>
/// <param name="source">The weights.</param>
/// <param name="layer">The tensor, [outputs, inputs, ...].</param>
/// <param name="added">How many inputs more.</param>
internal sealed class WidenedInput(IWeightSource source, string layer, int added) : IWeightSource
{
    /// <summary>What reads the state of a U-Net, and structure beside it.</summary>
    public const string Picture = "conv_in.weight";

    /// <summary>What reads the projected time of a U-Net, and the length of the trajectory beside it.</summary>
    public const string Time = "time_embedding.linear_1.weight";

    public string Name => source.Name;

    public IReadOnlyCollection<string> Names => source.Names;

    public Shape? ShapeOf(string name)
        => source.ShapeOf(name) is { } shape && name == layer ? shape.With(1, shape[1] + added) : source.ShapeOf(name);

    public Tensor Read(string name)
    {
        Tensor tensor = source.Read(name);
        return name == layer ? Concatenation.Concat(1, tensor, Tensor.Zeros(tensor.Shape.With(1, added))) : tensor;
    }
}
