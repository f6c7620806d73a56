using Rubato.Tensors;

namespace Rubato.Checkpoints;

/// <summary>The tensors of a checkpoint as what a network is built from. The checkpoint stays open and with its owner.</summary>
public sealed class CheckpointWeights : IWeightSource
{
    private readonly Checkpoint _checkpoint;

    /// <summary>All tensors of a checkpoint under their names in the file.</summary>
    /// <exception cref="CheckpointException">A tensor has more elements than the engine computes with: 2^31 - 1.</exception>
    public CheckpointWeights(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        _checkpoint = checkpoint;
        Names = [.. checkpoint.Tensors.Select(tensor => tensor.Name)];
        foreach (StoredTensor tensor in checkpoint.Tensors)
        {
            if (tensor.ElementCount > int.MaxValue || tensor.Shape.Any(dimension => dimension > int.MaxValue))
                throw CheckpointException.OfTensor(tensor.File, tensor.Name,
                    $"has the shape [{string.Join(", ", tensor.Shape)}]", "a tensor has at most 2^31 - 1 elements");
        }
    }

    /// <inheritdoc/>
    public string Name => _checkpoint.Path;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names { get; }

    /// <inheritdoc/>
    public Shape? ShapeOf(string name)
    {
        if (!_checkpoint.TryGet(name, out StoredTensor? tensor)) return null;
        return Shape.Create([.. tensor.Shape.Select(dimension => (int)dimension)]);
    }

    /// <inheritdoc/>
    /// <exception cref="CheckpointException">
    /// There is no such tensor; its dtype cannot be computed with; an element is not finite; the file became shorter.
    /// </exception>
    public Tensor Read(string name)
    {
        StoredTensor stored = _checkpoint[name];
        Tensor tensor = Tensor.Empty(ShapeOf(name)!.Value);
        stored.ReadFiniteFloats(tensor.AsSpan());
        return tensor;
    }
}
