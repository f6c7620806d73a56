using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>Normalises every sample or token over its last axes; Ba, Kiros and Hinton 2016, arXiv:1607.06450.</summary>
public sealed unsafe class LayerNorm
{
    private readonly Tensor? _weight;
    private readonly Tensor? _bias;
    private readonly Shape _shape;
    private readonly float _eps;

    /// <summary>A layer of given weights.</summary>
    /// <param name="weight">Of the normalised shape, or null for ones.</param>
    /// <param name="bias">Of the normalised shape, or null for zeros.</param>
    /// <param name="shape">The last axes of x, over which it is normalised.</param>
    /// <param name="eps">Added to the variance.</param>
    public LayerNorm(Tensor? weight, Tensor? bias, Shape shape, float eps)
        => (_weight, _bias, _shape, _eps) = (weight, bias, shape, eps);

    /// <summary>Reads <c>weight</c> and <c>bias</c> of the normalised shape.</summary>
    public static LayerNorm Load(Weights weights, Shape shape, float eps)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new LayerNorm(weights.Read("weight", shape), weights.Read("bias", shape), shape, eps);
    }

    /// <summary>y = norm(x) (1 + scale) + shift.</summary>
    /// <param name="x">[.., normalised shape]</param>
    /// <param name="scale">[N, elements of the normalised shape] where x is [N, .., normalised shape]; null for zeros.</param>
    /// <param name="shift">As <paramref name="scale"/>.</param>
    /// <returns>The shape of x.</returns>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public Tensor Forward(Tensor x, Tensor? scale = null, Tensor? shift = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        int leading = x.Shape.Rank - _shape.Rank;
        if (leading < 0 || Shape.Create([.. x.Shape.Skip(leading)]) != _shape)
            throw new ArgumentException($"The last axes of {x.Shape} must be {_shape}.", nameof(x));
        Tensor y = Tensor.Empty(x.Shape);
        if ((Tape.For(x, scale, shift) ?? Tape.For(_weight, _bias)) is { } tape) Record(tape, x, scale, shift, y);
        if (y.Count == 0) return y;
        int width = _shape.Elements, rows = x.Count / width;
        float* gain = _weight is null ? null : _weight.Floats, offset = _bias is null ? null : _bias.Floats;
        if (scale is null && shift is null)
        {
            KernelSet.Current.For(
                new RowNormal(x.Floats, y.Floats, width, _eps, centred: true) { Gain = gain, Offset = offset }, rows, x.Count * 8L);
            return y;
        }

        int samples = leading == 0 ? 1 : x.Shape[0];
        Modulation.Check(scale, samples, width, nameof(scale));
        Modulation.Check(shift, samples, width, nameof(shift));
        using Scope scope = Scope.Begin();
        float* gains = Tensor.Empty([samples, width]).Floats, offsets = Tensor.Empty([samples, width]).Floats;
        for (int i = 0; i < samples * width; i++)
        {
            double factor = 1 + (scale is null ? 0.0 : scale.Floats[i]);
            gains[i] = (float)((gain == null ? 1.0 : gain[i % width]) * factor);
            offsets[i] = (float)((offset == null ? 0.0 : offset[i % width]) * factor + (shift is null ? 0.0 : shift.Floats[i]));
        }

        var kernel = new RowNormal(x.Floats, y.Floats, width, _eps, centred: true)
        {
            Gain = gains,
            Offset = offsets,
            RowsTogether = rows / samples,
        };
        KernelSet.Current.For(kernel, rows, x.Count * 8L);
        return y;
    }

    private void Record(Tape tape, Tensor x, Tensor? scale, Tensor? shift, Tensor y)
    {
        tape.Save(x);
        tape.Save(scale);
        tape.Record(y, dy =>
        {
            // Samples have gains of their own where a condition gives them; without one, all rows are one sample.
            int width = _shape.Elements, samples = scale is null && shift is null ? 1 : x.Shape[0];
            Shape rows = [samples, x.Count / width / samples, width];
            Tensor gain = (scale ?? Tensor.Zeros([1, width])).AddScalar(1);
            Tensor weight = _weight?.Reshape(1, width) ?? Tensor.Full([1, width], 1), d = dy.Reshape(rows);
            (Tensor dx, Tensor normal) = RowNormalGradient.Compute(
                x.Reshape(rows), d * (gain * weight).Reshape(-1, 1, width), _eps, centred: true);
            x.Adjoint?.Add(dx.Reshape(x.Shape));

            Tensor plain = d.Sum(1).Reshape(samples, width), product = (d * normal).Sum(1).Reshape(samples, width);
            _weight?.Adjoint?.Add((gain * product).Sum(0).Reshape(_weight.Shape));
            _bias?.Adjoint?.Add((gain * plain).Sum(0).Reshape(_bias.Shape));
            scale?.Adjoint?.Add(_bias is null ? weight * product : weight * product + _bias.Reshape(1, width) * plain);
            shift?.Adjoint?.Add(plain);
        });
    }
}
