using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>
/// The weights of a layer as products read them: one packed matrix a group of channels. Those of parameters are packed
/// anew when they changed; of others nothing but the packed form is kept.
/// </summary>
internal sealed class LayerWeights
{
    private readonly PackedMatrix[] _packed;
    private readonly Func<Tensor, Tensor?, int, WeightMatrix> _matrix;
    private readonly Tensor? _weight;
    private readonly Lock _gate = new();
    private volatile int _version;

    /// <summary>Packs the weights for the kernel set in use.</summary>
    /// <param name="weight">The layer's weight.</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="groups">Number of matrices.</param>
    /// <param name="precision">What products with them are computed in.</param>
    /// <param name="matrix">Where in weight and bias the matrix of a group lies.</param>
    public LayerWeights(
        Tensor weight, Tensor? bias, int groups, Precision precision, Func<Tensor, Tensor?, int, WeightMatrix> matrix)
    {
        (_matrix, Precision) = (matrix, precision);
        _packed = new PackedMatrix[groups];
        for (int group = 0; group < groups; group++)
            _packed[group] = KernelSet.Current.Pack(matrix(weight, bias, group), precision);
        if ((weight.Adjoint ?? bias?.Adjoint) is null) return;
        (_weight, Bias) = (weight, bias);
        _version = Version;
    }

    /// <summary>What products with the weights are computed in: those of the layer, and of the gradient by its input.</summary>
    public Precision Precision { get; }

    /// <summary>The weight, for rules.</summary>
    /// <exception cref="InvalidOperationException">The layer kept the packed form alone.</exception>
    public Tensor Weight => _weight ?? throw new InvalidOperationException(
        "This layer was built from plain tensors and keeps only their packed form: no gradient passes through it. "
        + "Build it from the values of parameters.");

    /// <summary>The bias, where the layer has one and keeps it.</summary>
    public Tensor? Bias { get; }

    private int Version => (_weight?.Adjoint?.Version ?? 0) + (Bias?.Adjoint?.Version ?? 0);

    /// <summary>The matrix of a group, as its parameters are now.</summary>
    public PackedMatrix this[int group]
    {
        get
        {
            if (_version != Version) PackAnew();
            return _packed[group];
        }
    }

    /// <summary>The open tape where the input, the residual or the weights need a gradient, else null.</summary>
    public Tape? TapeFor(Tensor x, Tensor? residual) => Tape.For(x, residual, _weight, Bias);

    private void PackAnew()
    {
        lock (_gate)
        {
            int version = Version;
            if (_version == version) return;
            for (int group = 0; group < _packed.Length; group++) _packed[group].Repack(_matrix(_weight!, Bias, group));
            _version = version;
        }
    }
}
