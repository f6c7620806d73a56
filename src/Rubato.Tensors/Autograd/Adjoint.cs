namespace Rubato.Tensors.Autograd;

/// <summary>
/// The derivative, with respect to one tensor, of what <see cref="Tape.Backward"/> began at: the sum over all uses of
/// the tensor. A tensor that has one needs a gradient.
/// </summary>
internal sealed class Adjoint
{
    private readonly Shape _shape;
    private readonly Tensor? _gradient;   // of a parameter: where the sum stays

    private Adjoint(Shape shape, Tensor? gradient) => (_shape, _gradient) = (shape, gradient);

    /// <summary>The sum so far; null where nothing was added.</summary>
    public Tensor? Value { get; private set; }

    /// <summary>How often the numbers of a parameter were changed.</summary>
    public int Version { get; set; }

    /// <summary>Of the result of an operation.</summary>
    public static Adjoint OfResult(Shape shape) => new(shape, gradient: null);

    /// <summary>Of a parameter, whose gradient takes the sum.</summary>
    public static Adjoint OfParameter(Tensor gradient) => new(gradient.Shape, gradient);

    /// <summary>Adds the contribution of one use, which the sum may take over.</summary>
    public void Add(Tensor contribution)
    {
        if (contribution.Shape != _shape)
            throw new InvalidOperationException($"A tensor of shape {_shape} cannot have a gradient of shape {contribution.Shape}.");
        if (_gradient is not null) Elementwise.Accumulate(_gradient, contribution);
        else if (Value is null) Hold(contribution);
        else Elementwise.Accumulate(Sum(), contribution);
    }

    /// <summary>The sum as a tensor of its own, zeros at first, for rules that add to it in place.</summary>
    public Tensor Sum()
    {
        if (_gradient is not null) return _gradient;
        if (Value is { Memory.Holders: 1 } own) return own;
        Tensor sum = Value?.Clone() ?? Tensor.Zeros(_shape);
        Release(owner: null);
        Hold(sum);
        return sum;
    }

    /// <summary>Forgets the sum; memory that nobody else holds goes back early where <paramref name="owner"/> owns it.</summary>
    public void Release(Scope? owner)
    {
        if (Value is null) return;
        TensorMemory memory = Value.Memory;
        Value = null;
        if (--memory.Holders == 0 && owner is not null && memory.Owner == owner) memory.Release();
    }

    private void Hold(Tensor sum)
    {
        Value = sum;
        sum.Memory.Holders++;
    }
}
