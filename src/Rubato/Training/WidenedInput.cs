using Rubato.Tensors;

namespace Rubato.Training;

/// <summary>
/// The weights of a U-Net whose first convolution reads more channels than it did. The new ones start at zero: the network
/// predicts what it predicted, and learns from there.
/// </summary>
internal sealed class WidenedInput(IWeightSource source, int added) : IWeightSource
{
    private const string First = "conv_in.weight";   // [channels out, channels in, 3, 3]

    public string Name => source.Name;

    public IReadOnlyCollection<string> Names => source.Names;

    public Shape? ShapeOf(string name)
        => source.ShapeOf(name) is { } shape && name == First ? shape.With(1, shape[1] + added) : source.ShapeOf(name);

    public Tensor Read(string name)
    {
        Tensor tensor = source.Read(name);
        return name == First ? Concatenation.Concat(1, tensor, Tensor.Zeros(tensor.Shape.With(1, added))) : tensor;
    }
}
