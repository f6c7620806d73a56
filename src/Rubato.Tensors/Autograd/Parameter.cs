namespace Rubato.Tensors.Autograd;

/// <summary>A tensor that training changes, with its gradient.</summary>
public sealed class Parameter
{
    private readonly Adjoint _adjoint;

    /// <summary>Makes a tensor a parameter.</summary>
    /// <param name="name">Its name in the network's state dictionary.</param>
    /// <param name="value">Float32. It becomes the parameter's own; a tensor that belongs to a scope is copied.</param>
    /// <exception cref="ArgumentException">The tensor holds another type, or is a parameter already.</exception>
    public Parameter(string name, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (value.DType != DType.Float32)
            throw new ArgumentException($"{name} holds {value.DType}; parameters are float32. Use ToFloat32().", nameof(value));
        if (value.Adjoint is not null)
            throw new ArgumentException($"The tensor for {name} is a parameter, or was computed from one.", nameof(value));
        Name = name;
        Value = value.Memory.Owner is null ? value : value.CopyTo(TensorMemory.Managed(value.ByteCount));
        Gradient = value.CopyTo(TensorMemory.Managed(value.ByteCount));
        ClearGradient();
        Value.Adjoint = _adjoint = Adjoint.OfParameter(Gradient);
    }

    /// <summary>Name in the network's state dictionary.</summary>
    public string Name { get; }

    /// <summary>The numbers; after writing them call <see cref="MarkChanged"/>.</summary>
    public Tensor Value { get; }

    /// <summary>The sum of all gradients since <see cref="ClearGradient"/>: the shape of the value.</summary>
    public Tensor Gradient { get; }

    /// <summary>Sets the gradient to zeros.</summary>
    public void ClearGradient() => Gradient.AsBytes().Clear();

    /// <summary>Tells the layers that were built from the value to read it anew.</summary>
    public void MarkChanged() => _adjoint.Version++;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Value.Shape}";
}
